"""The whole report as one HTML file that needs nothing else: no script, no address, figures as SVG inside it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from export.report import tables
from export.report.mistakes import Mistake, Picture, draw_mistakes, worst_mistakes
from export.report.results import Result
from export.report.searches import Search
from export.report.tables import Table
from plainfilm.atomic import atomic_file
from training.evaluation.drawing import BLUE, GREY, INK, ORANGE, figure

# File in a run's `figures/` → what it shows.
FIGURES = {
    "roc.svg": "ROC curves",
    "precision_recall.svg": "Precision against recall",
    "reliability.svg": "Reliability: how often the stated probability comes true",
    "learning_curves.svg": "Loss and AUROC by epoch",
    "deletion.svg": "Deletion test: fall of the logit with the hottest fifth of a film hidden against a random fifth",
}
# Colours of the figures → those of the page, which has a light and a dark theme.
COLOURS = {
    INK: "var(--text)",
    GREY: "var(--quiet)",
    "#e5e9ee": "var(--line)",
    BLUE: "var(--blue)",
    ORANGE: "var(--orange)",
    "#ffffff": "none",
}


@dataclass(frozen=True)
class Figure:
    """An SVG to stand in the page, and what it shows."""

    words: str
    svg: str


@dataclass(frozen=True)
class Chapter:
    """All there is of one model.

    Attributes:
        name, title, description: Of its config.
        tables: Those that have rows.
        figures: Those that were drawn.
        mistakes: The worst on test.
        pictures: The same drawn; empty in a report without films.
    """

    name: str
    title: str
    description: str
    tables: Sequence[Table]
    figures: Sequence[Figure]
    mistakes: Sequence[Mistake]
    pictures: Sequence[Picture]


def write_html(
    path: Path,
    results: list[Result],
    published: list[dict[str, Any]],
    searches: Sequence[Search],
    *,
    with_films: bool,
) -> None:
    """Writes the report, whole or not at all.

    Args:
        path: The HTML file.
        results: Every model.
        published: What others reported.
        searches: What searches found.
        with_films: Draw the worst mistakes, which needs the data set and TensorFlow.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("report.html.j2").render(
        overview=draw_overview(results, published),
        tables=[
            table
            for table in (
                tables.comparison(results, published),
                tables.seeds(results),
                tables.travel(results),
            )
            if table.rows
        ],
        chapters=[chapter(result, with_films=with_films) for result in results],
        searches=[
            (search, Figure("AUROC over milliseconds of every trial", inline(search.plot, f"search-{search.name}")))
            for search in searches
        ],
        positive_class=results[0].run.config.data.positive_class,
        with_films=with_films,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as partial:
        partial.write_text(html, encoding="utf-8")


def chapter(result: Result, *, with_films: bool) -> Chapter:
    """Gathers what there is of one model."""
    config = result.run.config
    found = worst_mistakes(result)
    every = [
        tables.operating_points(result),
        tables.classes(result),
        tables.asides(result),
        *(
            of_controls(result.controls)
            for of_controls in (
                tables.shape_alone,
                tables.shortcuts,
                tables.native,
                tables.deletion,
                tables.gate,
            )
        ),
    ]
    return Chapter(
        config.name,
        config.title,
        config.description,
        [table for table in every if table.rows],
        [
            Figure(f"{words}, {config.title}", inline(file.read_text(encoding="utf-8"), f"{config.name}-{file.stem}"))
            for name, words in FIGURES.items()
            if (file := result.run.folder / "figures" / name).exists()
        ],
        found,
        draw_mistakes(result, found) if with_films and found else [],
    )


def draw_overview(results: list[Result], published: list[dict[str, Any]]) -> Figure:
    """Accuracy and AUROC on test: every model with its interval, others' figures as rings."""
    rows = [(result.run.config.title, {m: result.metric(m) for m in ("accuracy", "auroc")}) for result in results]
    rows += [
        (other["name"], {m: {"value": other[m], "low": None} for m in ("accuracy", "auroc") if m in other})
        for other in published
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "overview.svg"
        with figure(path, 9.2, 0.9 + 0.34 * len(rows), ncols=2, sharey=True) as panels:
            for axes, metric, title in zip(panels, ("accuracy", "auroc"), ("Accuracy", "AUROC"), strict=True):
                for height, (_, values) in enumerate(rows):
                    row = values.get(metric)
                    if not row:
                        continue
                    if row["low"] is not None:
                        axes.plot([row["low"], row["high"]], [height, height], color=BLUE, linewidth=2, alpha=0.5)
                    style = {"color": BLUE} if height < len(results) else {"color": GREY, "markerfacecolor": "none"}
                    axes.plot(row["value"], height, "o", **style)
                axes.set_title(title)
                axes.tick_params(axis="y", length=0)
            panels[0].set_yticks(range(len(rows)), [name for name, _ in rows])
            panels[0].invert_yaxis()
        return Figure("Accuracy and AUROC on the official test images", inline(path.read_text("utf-8"), "overview"))


def inline(svg: str, prefix: str) -> str:
    """A figure's file as a part of the page: its colours the page's own, its names unlike any other figure's."""
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    for colour, themed in COLOURS.items():
        svg = svg.replace(colour, themed)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1).strip()
