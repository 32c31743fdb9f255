"""`python -m training report`: writes the README's results tables from the runs' `evaluation.json`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from training.exceptions import PlainfilmError
from training.run import Run, read_run

BEGIN, END = "<!-- results: python -m training report -->", "<!-- end of results -->"
PUBLISHED = Path(__file__).parent / "published.toml"
MODELS = Path("export/models")

COLUMNS = {
    "accuracy": "Accuracy",
    "accuracy_at_0.5": "Accuracy at 0.5",
    "auroc": "AUROC",
    "average_precision": "Average precision",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ece": "ECE",
    "loss": "Loss",
}


def report(runs: Path, readme: Path) -> None:
    """Replaces what stands between the markers in `readme`.

    Raises:
        PlainfilmError: No run is evaluated, or the markers are not there.
    """
    evaluated = [
        (run, run.evaluation())
        for run in (read_run(path.parent) for path in sorted(runs.glob("*/evaluation.json")))
        if not run.config.data.phantom_films
    ]
    if not evaluated:
        raise PlainfilmError(
            f"no evaluated run in {runs}", expected="RUN/evaluation.json", next_step="python -m training evaluate RUN"
        )
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if BEGIN not in text or END not in text.split(BEGIN, 1)[1]:
        raise PlainfilmError(
            f"{readme} has no place for the table", expected=f"a line {BEGIN!r} and, below it, {END!r}"
        )
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    tables = "\n\n".join(
        [comparison_table(evaluated), *(reading_tables(run, evaluation) for run, evaluation in evaluated)]
    )
    temporary = readme.with_name(readme.name + ".partial")
    temporary.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}", encoding="utf-8")
    temporary.replace(readme)
    print(tables)
    print(f"\nwrote the tables into {readme}")


def comparison_table(evaluated: list[tuple[Run, dict[str, Any]]]) -> str:
    """Every model on the official test images, with 95 % intervals; below them what others published."""
    header = ["Model on the official test images", *COLUMNS.values(), "Weights in the browser"]
    rows = []
    for run, evaluation in evaluated:
        of_test = {row["metric"]: row for row in evaluation["metrics"] if row["split"] == "test"}
        rows.append(
            [
                run.config.title,
                *(figure(of_test.get(metric)) for metric in COLUMNS),
                weights_in_browser(run.config.name),
            ]
        )
    for result in tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))["result"]:
        rows.append(
            [
                f"{result['name']} ({result['source']})",
                *(f"{result[m]:.3f}" if m in result else "–" for m in COLUMNS),
                "–",
            ]
        )
    return markdown_table(header, rows)


def reading_tables(run: Run, evaluation: dict[str, Any]) -> str:
    """One model: precision and recall per class, and what the duplicates and the kinds of pneumonia change."""
    point = next(p for p in evaluation["operating_points"] if p["split"] == "val")
    report_rows = [
        [
            row["class"],
            *(f"{row[name]:.3f}" if row[name] is not None else "–" for name in ("precision", "recall", "f1")),
            str(row["support"]),
        ]
        for row in evaluation["classification_report"]
        if row["split"] == "test"
    ]
    found = {(row["metric"], row["split"]): row for row in evaluation["metrics"]}
    asides = [
        ("bacterial recall", found.get(("bacterial_recall", "test"))),
        ("viral recall", found.get(("viral_recall", "test"))),
        ("accuracy without the test set's duplicates", found.get(("accuracy", "test_without_duplicates"))),
        ("AUROC on validation", found.get(("auroc", "val"))),
        ("ECE on validation", found.get(("ece", "val"))),
        ("loss before the temperature", found.get(("loss_uncalibrated", "test"))),
        ("AUROC of width/height alone, no picture", found.get(("auroc_of_shape_alone", "test"))),
        ("the same on validation", found.get(("auroc_of_shape_alone", "val"))),
    ]
    sentence = "; ".join(f"{name} {figure(row)} (n = {row['n']})" for name, row in asides if row)
    table = markdown_table(["Class", "Precision", "Recall", "F1", "Films"], report_rows)
    return f"**{run.config.title}**, threshold {point['threshold']:.3f} fixed on validation.\n\n{table}\n\nAlso: {sentence}."


def figure(row: dict[str, Any] | None) -> str:
    """A value and its interval."""
    if row is None:
        return "–"
    interval = f" ({row['low']:.3f}–{row['high']:.3f})" if row["low"] is not None else ""
    return f"{row['value']:.3f}{interval}"


def weights_in_browser(name: str) -> str:
    """Size of the shipped bundle's weight files, and how they are stored."""
    try:
        metadata = json.loads((MODELS / name / "metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "not shipped"
    size = sum(file["bytes"] for file in metadata["files"] if file["path"].endswith(".bin") and "/" not in file["path"])
    return f"{size / 1e6:.1f} MB ({metadata['precision']})"


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A GitHub table, first column left, others right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
