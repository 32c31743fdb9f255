"""The tables of the HTML report: results as rows of words, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean, stdev
from typing import Any

from export.report.results import METRICS, Result
from training.evaluation.evaluation import TITLES
from training.films.external import PREFIX

NONE = "–"
SEED_METRICS = {name: METRICS[name] for name in ("accuracy", "auroc", "sensitivity", "specificity")}
SENS_SPEC = ("sensitivity", "specificity")
TRAVEL_METRICS = {name: METRICS[name] for name in ("auroc", "sensitivity", "specificity", "ece")}
RADIOGRAPHS = "xray-"


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: the figure, and below it in small what qualifies it."""

    text: str
    aside: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)


def comparison(results: list[Result], published: list[dict[str, Any]]) -> Table:
    """Every model on the official test images, and what others published."""
    rows = [
        [
            Cell(result.run.config.title),
            *(figure(result.metric(metric)) for metric in METRICS),
            Cell(result.size_in_words, result.metadata.get("precision", "")),
            Cell(result.latency_in_words),
            Cell(duration(result.training_seconds)),
        ]
        for result in results
    ]
    rows += [
        [
            Cell(other["name"], other["source"]),
            *(Cell(f"{other[metric]:.3f}" if metric in other else NONE) for metric in METRICS),
            *[Cell(NONE)] * 3,
        ]
        for other in published
    ]
    header = ["Model", *METRICS.values(), "Weights", "One film", "Training"]
    return Table("On the official test images, with 95 % intervals", header, rows)


def seeds(results: list[Result]) -> Table:
    """How far the same recipe comes out differently with other seeds, on test."""
    rows = []
    for result in results:
        if not result.seeds:
            continue
        cells = [Cell(result.run.config.title), Cell(str(1 + len(result.seeds)))]
        for metric in SEED_METRICS:
            found = [row["value"] for each in (result, *result.seeds) if (row := each.metric(metric))]
            spread = f"{min(found):.3f}–{max(found):.3f}" if found else ""
            cells.append(Cell(f"{mean(found):.3f} ± {stdev(found):.3f}" if len(found) > 1 else NONE, spread))
        rows.append(cells)
    return Table(
        "One recipe, several seeds, test: mean ± standard deviation, and the range",
        ["Model", "Seeds", *SEED_METRICS.values()],
        rows,
    )


def travel(results: list[Result]) -> Table:
    """Every model on films from elsewhere, with the AUROC on test to compare with."""
    rows = [
        [
            Cell(result.run.config.title),
            Cell(title, f"n = {auroc['n']}"),
            *(figure(result.metric(metric, split)) for metric in TRAVEL_METRICS),
            figure(result.metric("auroc")),
        ]
        for result in results
        for split, title in result.splits.items()
        if split.startswith(PREFIX) and (auroc := result.metric("auroc", split))
    ]
    header = ["Model", "Films", *TRAVEL_METRICS.values(), "AUROC on test"]
    return Table("Films from elsewhere, read at the same threshold", header, rows)


def operating_points(result: Result) -> Table:
    """Sensitivity and specificity at every operating point, a row for every kind of films."""
    points = result.evaluation["operating_points"]
    thresholds = {point["name"]: point["threshold"] for point in points}
    rows = []
    for split, title in result.splits.items():
        if of_split := [point for point in points if point["split"] == split]:
            shares = [(point[name], point.get(f"{name}_interval")) for point in of_split for name in SENS_SPEC]
            cells = [Cell(f"{value:.3f}", interval(bounds)) for value, bounds in shares]
            rows.append([Cell(title, f"n = {of_split[0]['n']}"), *cells])
    header = ["Films", *(f"{share.title()}, {name} ≥ {t:.3f}" for name, t in thresholds.items() for share in SENS_SPEC)]
    return Table("Operating points: probabilities fixed on validation", header, rows)


def classes(result: Result) -> Table:
    """Precision and recall of every class on test, and the films by what they were read as."""
    read_as = [
        (row["label"], row["read_as"], row["n"])
        for row in result.evaluation["confusion_matrix"]
        if row["split"] == "test"
    ]
    names = result.evaluation["class_names"]
    rows = [
        [
            Cell(row["class"], f"{row['support']} films"),
            *(figure(result.metric(f"{kind}_{row['class']}")) for kind in ("precision", "recall")),
            Cell(f"{row['f1']:.3f}" if row["f1"] is not None else NONE),
            *(Cell(str(n)) for label, _, n in read_as if label == row["class"]),
        ]
        for row in result.evaluation["classification_report"]
        if row["split"] == "test"
    ]
    header = ["Class", "Precision", "Recall", "F1", *(f"Read as {name}" for name in names)]
    return Table("Class by class, test", header, rows)


def asides(result: Result) -> Table:
    """What else was measured."""
    wanted = [
        ("Accuracy without the test set's duplicates", "accuracy", "test_without_duplicates"),
        ("AUROC without the test set's duplicates", "auroc", "test_without_duplicates"),
        ("Recall of bacterial pneumonia", "bacterial_recall", "test"),
        ("Recall of viral pneumonia", "viral_recall", "test"),
        ("Films between screening and rule-in", "indeterminate", "test"),
        ("Accuracy at a plain 0.5", "accuracy_at_0.5", "test"),
        ("Loss", "loss", "test"),
        ("Loss before the temperature", "loss_uncalibrated", "test"),
        ("AUROC on validation", "auroc", "val"),
        ("ECE on validation", "ece", "val"),
        ("AUROC on varied validation", "auroc", "val_varied"),
    ]
    rows = [
        [Cell(words), figure(row), Cell(str(row["n"]))]
        for words, metric, split in wanted
        if (row := result.metric(metric, split))
    ]
    return Table("Also measured", ["What", "Value", "Films"], rows)


def shape_alone(controls: dict[str, Any]) -> Table:
    """Classifiers that see no picture, a column for every split."""
    rows: dict[str, list[Cell]] = {}
    for row in controls.get("shape_and_size_alone", []):
        rows.setdefault(f"by {row['classifier']}", []).append(Cell(f"{row['auroc']:.3f}"))
    splits = list(dict.fromkeys(row["split"] for row in controls.get("shape_and_size_alone", [])))
    caption = "AUROC of a classifier that sees no picture"
    return Table(caption, ["Reads", *splits], [[Cell(words), *cells] for words, cells in rows.items()])


def shortcuts(controls: dict[str, Any]) -> Table:
    """The model's AUROC with one cue gone from every film."""
    rows = controls.get("shortcuts", [])
    splits = list(dict.fromkeys(row["split"] for row in rows))
    by_control: dict[str, list[Cell]] = {}
    for row in rows:
        over = f" · over {controls['largest_change']}" if row["over_the_limit"] else ""
        change = f"{signed(row['change'])}{over}" if row["control"] != "as_it_is" else ""
        by_control.setdefault(row["films"], []).append(Cell(f"{row['auroc']:.3f}", change))
    return Table(
        "AUROC with one cue gone from every film",
        ["Every film", *(f"AUROC, {split}" for split in splits)],
        [[Cell(films), *cells] for films, cells in by_control.items()],
    )


def deletion(controls: dict[str, Any]) -> Table:
    """How much the logit falls with a fifth of a film hidden."""
    rows = [
        [
            Cell(f"by {row['fill']}", f"n = {row['n']}"),
            Cell(signed(row["fall_hottest"])),
            Cell(signed(row["fall_random"])),
            Cell(f"{100 * row['share_hottest_falls_more']:.0f} %"),
        ]
        for row in controls.get("deletion", [])
    ]
    header = [
        "Hidden",
        "Logit falls, hottest fifth",
        "Logit falls, random fifth",
        "Films where the hottest counts more",
    ]
    return Table("Deletion test of the heat map, validation", header, rows)


def gate(controls: dict[str, Any]) -> Table:
    """What the gate lets in, set by set; other pictures in two lots, other radiographs and the rest."""
    sets = controls.get("gate", {}).get("sets", [])
    counts = {(s["set"], s["kind"] or ""): (s["kept"], s["n"]) for s in sets if s["set"] != "not_chest"}
    for s in (s for s in sets if s["set"] == "not_chest"):
        for lot in ("all", "radiographs of other parts" if s["kind"].startswith(RADIOGRAPHS) else "other pictures"):
            kept, n = counts.get(("not a chest film", lot), (0, 0))
            counts["not a chest film", lot] = kept + s["kept"], n + s["n"]
    rows = [
        [
            Cell(TITLES.get(name, name.replace("_", " ")), kind),
            Cell(str(n)),
            Cell(f"{100 * kept / n:.1f} %"),
            Cell(f"{100 * (n - kept) / n:.1f} %"),
        ]
        for (name, kind), (kept, n) in counts.items()
    ]
    return Table("The gate “not a chest X-ray”", ["Pictures", "Number", "Kept", "Refused"], rows)


def native(controls: dict[str, Any]) -> Table:
    """How differently a native film and its small copy are read."""
    found = controls.get("native")
    if not found:
        return Table("", [])
    row = [
        Cell(str(found["n"])),
        Cell(f"{found['mean_absolute_logit_change']:.3f}"),
        Cell(f"{found['largest_logit_change']:.3f}"),
        Cell(str(found["decisions_that_differ"])),
    ]
    return Table(
        "Native films against their 224-pixel copies",
        ["Films", "Mean |Δ logit|", "Largest |Δ logit|", "Decisions that differ"],
        [row],
    )


def figure(row: dict[str, Any] | None) -> Cell:
    """A value over its interval."""
    if row is None:
        return Cell(NONE)
    return Cell(f"{row['value']:.3f}", interval([row["low"], row["high"]] if row["low"] is not None else None))


def interval(bounds: Sequence[float] | None) -> str:
    """An interval in words."""
    return f"{bounds[0]:.3f}–{bounds[1]:.3f}" if bounds else ""


def signed(value: float) -> str:
    """A change, with a true minus."""
    return f"{value:+.3f}".replace("-", "−")


def duration(seconds: float | None) -> str:
    """Minutes, or seconds where there are few."""
    if seconds is None:
        return NONE
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
