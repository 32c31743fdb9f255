"""The tables of the report: results as rows of words, ready for Markdown and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean, stdev
from typing import Any

from export.report.results import METRICS, Result
from export.report.words import Published, Words
from plainfilm.percent import percent
from training.evaluation.evaluation import TITLES
from training.films.external import PREFIX

NONE = "–"
SHIPPED = "shipped"
SEED_METRICS = {name: METRICS[name] for name in ("accuracy", "auroc", "sensitivity", "specificity")}
SENS_SPEC = ("sensitivity", "specificity")
EXTERNAL_METRICS = {name: METRICS[name] for name in ("auroc", "sensitivity", "specificity", "ece")}


@dataclass(frozen=True)
class Cell:
    """A figure, and below it in small what qualifies it."""

    text: str
    aside: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)


def comparison(results: Sequence[Result], words: Words, published: Sequence[Published]) -> Table:
    """Every model on test, and below them what others published. The README and the report show the same columns."""
    rows = [
        [
            Cell(result.run.config.title, SHIPPED if result.shipped else ""),
            *(figure(result.metric(metric)) for metric in METRICS),
            Cell(f"{result.weight_bytes / 1e6:.1f} MB", result.metadata["precision"])
            if result.weight_bytes
            else Cell("not exported"),
            Cell(f"{result.milliseconds:.0f} ms" if result.milliseconds else NONE),
            Cell(duration(result.training_seconds)),
        ]
        for result in results
    ]
    for other in published:
        stated = {"accuracy": other.accuracy, "auroc": other.auroc}
        values = [stated.get(metric) for metric in METRICS]
        cells = [Cell(NONE if value is None else f"{value:.3f}") for value in values]
        rows.append([Cell(other.name, other.source), *cells, *[Cell(NONE)] * 3])
    header = ["Model", *METRICS.values(), "Weights", "One film", "Training"]
    return Table(f"On the {words.test_films}, with 95 % intervals", header, rows)


def seeds(results: Sequence[Result]) -> Table:
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


def external(results: Sequence[Result]) -> Table:
    """Every model on external films, with the AUROC on test to compare with."""
    rows = [
        [
            Cell(result.run.config.title),
            Cell(title, f"n = {auroc['n']}"),
            *(figure(result.metric(metric, split)) for metric in EXTERNAL_METRICS),
            figure(result.metric("auroc")),
        ]
        for result in results
        for split, title in result.splits.items()
        if split.startswith(PREFIX) and (auroc := result.metric("auroc", split))
    ]
    header = ["Model", "Films", *EXTERNAL_METRICS.values(), "AUROC on test"]
    return Table("External films, read at the same threshold", header, rows)


def hospitals(result: Result) -> Table:
    """Population by hospital: what was trained on and what never seen, and how the model does there."""
    rows = []
    for title, population in result.by_population:
        for hospital in population.get("hospitals", []):
            for split in dict.fromkeys(row["split"] for row in hospital["evaluation"]):
                found = {row["metric"]: row for row in hospital["evaluation"] if row["split"] == split}
                seen = (
                    f"{hospital['seen']}, {hospital['trained_on']} films"
                    if hospital["trained_on"]
                    else hospital["seen"]
                )
                films = Cell(
                    TITLES.get(split, result.splits.get(split, split)), f"n = {next(iter(found.values()))['n']}"
                )
                values = [figure(found.get(metric)) for metric in EXTERNAL_METRICS]
                rows.append([Cell(title), Cell(hospital["title"], seen), films, *values])
    header = ["Population", "From", "Films", *EXTERNAL_METRICS.values()]
    return Table("Population by hospital, at the default point of each population", header, rows)


def left_out(result: Result) -> Table:
    """Operating points that a population has not, and why."""
    rows = [
        [Cell(title), Cell(point["name"]), Cell(point["reason"])]
        for title, population in result.by_population
        for point in population.get("left_out_points", [])
    ]
    return Table("Operating points that are left out", ["Population", "Point", "Because"], rows)


def calibration(result: Result) -> Table:
    """Temperature, offset and calibration error of each population, beside what it would be by chance; nothing for a run that knows none."""
    rows = [
        [
            Cell(title),
            Cell(f"{found['temperature']:.3f}"),
            Cell(signed(found["offset"]) if "offset" in found else NONE),
            *(
                figure(
                    next((row for row in own["evaluation"] if (row["metric"], row["split"]) == ("ece", split)), None)
                )
                for split in ("val", "test")
            ),
            Cell(f"{by_chance:.3f}"),
        ]
        for (title, own), by_chance in zip(result.by_population, result.ece_by_chance, strict=True)
        if title and (found := own["calibration"])
    ]
    header = ["Population", "Temperature", "Offset", "ECE, validation", "ECE, test", "Validation's, if exactly right"]
    return Table("Calibration, population by population", header, rows)


def operating_points(result: Result, population: str = "", own: dict[str, Any] | None = None) -> Table:
    """Sensitivity and specificity at every operating point, one row per split; of one population, by its title, `own`."""
    points = (own or result.evaluation)["operating_points"]
    names: dict[float, list[str]] = {}
    for point in points:
        if point["name"] not in (same := names.setdefault(point["threshold"], [])):
            same.append(point["name"])
    first = {same[0] for same in names.values()}  # those that coincide, once
    rows = []
    for split, title in result.splits.items():
        if of_split := [point for point in points if point["split"] == split and point["name"] in first]:
            shares = [(point[name], point.get(f"{name}_interval")) for point in of_split for name in SENS_SPEC]
            cells = [Cell(f"{value:.3f}", interval(bounds)) for value, bounds in shares]
            rows.append([Cell(title, f"n = {of_split[0]['n']}"), *cells])
    header = [
        "Films",
        *(f"{share.title()}, {' and '.join(same)} ≥ {percent(t)}" for t, same in names.items() for share in SENS_SPEC),
    ]
    caption = "Operating points: probabilities fixed on validation"
    return Table(f"{caption}, {population}" if population else caption, header, rows)


def classes(result: Result) -> Table:
    """Precision and recall of every class on test, and how many of its films were read as which class."""
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
    """Further metrics."""
    recalls = [row["metric"] for row in result.evaluation["metrics"] if row["split"] == "test"]
    wanted = [
        ("Accuracy without the test set's duplicates", "accuracy", "test_without_duplicates"),
        ("AUROC without the test set's duplicates", "auroc", "test_without_duplicates"),
        *(
            (f"Recall of {metric.removesuffix('_recall')} films", metric, "test")
            for metric in recalls
            if metric.endswith("_recall")
        ),
        ("Films between screening and rule-in", "indeterminate", "test"),
        ("Accuracy at a plain 0.5", "accuracy_at_0.5", "test"),
        ("Loss", "loss", "test"),
        ("Loss before the temperature", "loss_uncalibrated", "test"),
        ("AUROC on validation", "auroc", "val"),
        ("ECE on validation", "ece", "val"),
        ("AUROC on augmented validation", "auroc", "val_varied"),
    ]
    rows = [
        [Cell(words), figure(row), Cell(str(row["n"]))]
        for words, metric, split in wanted
        if (row := result.metric(metric, split))
    ]
    return Table("Also measured", ["What", "Value", "Films"], rows)


def figure(row: dict[str, Any] | None) -> Cell:
    """A value, with its interval."""
    if row is None:
        return Cell(NONE)
    return Cell(f"{row['value']:.3f}", interval([row["low"], row["high"]] if row["low"] is not None else None))


def interval(bounds: Sequence[float] | None) -> str:
    """An interval; nothing without bounds."""
    return f"{bounds[0]:.3f}–{bounds[1]:.3f}" if bounds else ""


def signed(value: float) -> str:
    """A change, with a true minus."""
    return f"{value:+.3f}".replace("-", "−")


def duration(seconds: float | None) -> str:
    """Minutes, or seconds where there are few."""
    if seconds is None:
        return NONE
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
