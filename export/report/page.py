"""The whole report as one HTML file that needs nothing else: no script, no address, figures as SVG inside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from export.report import audit_tables, tables, views
from export.report.drawings import Drawing, Drawings, overview
from export.report.made_films import MadeFilms
from export.report.mistakes import Mistake, Picture, draw_mistakes, worst_mistakes
from export.report.results import Result
from export.report.searches import Search
from export.report.studies import Study
from export.report.tables import Table
from export.report.words import Words
from plainfilm.atomic import atomic_file, check_output_file
from plainfilm.files import read_text

# What a report that was written here before holds near its beginning.
OURS = re.compile(r"<title>Plainfilm: ")
# File in a run's `figures/` → its words.
FIGURES = {
    "roc.svg": "ROC curves",
    "precision_recall.svg": "Precision against recall",
    "reliability.svg": "Reliability: observed frequency against the stated probability",
    "learning_curves.svg": "Loss and AUROC by epoch",
    "deletion.svg": "Deletion test: fall of the logit with the top 20 % of a film hidden against a random 20 %",
}


@dataclass(frozen=True)
class Chapter:
    """Everything about one model.

    Attributes:
        result: The model.
        tables: Those that have rows.
        figures: Those that were drawn; empty for a model without a bundle, where others have one.
        mistakes: The worst mistakes on test.
        pictures: Drawings of these; empty in a report without films.
    """

    result: Result
    tables: Sequence[Table]
    figures: Sequence[Drawing]
    mistakes: Sequence[Mistake]
    pictures: Sequence[Picture]


def write_html(
    path: Path,
    results: Sequence[Result],
    words: Words,
    searches: Sequence[Search],
    studies: Sequence[Study],
    made_films: Sequence[MadeFilms] = (),
    *,
    with_films: bool,
) -> None:
    """Writes the report, whole or not at all.

    Args:
        path: The HTML file.
        results: Every model, in order.
        words: What the report says of their films, and what others published.
        searches: The searches.
        studies: The studies, with a result or without.
        made_films: How near the films of each GAN come to real ones.
        with_films: Draw the worst mistakes, which needs the data set and TensorFlow.

    Raises:
        OutputError: `path` is a file that this function did not write.
    """
    check_output_file(path, ours=OURS)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawings = Drawings()
    # The figures of every run would be most of the file: those of runs without a bundle stay in the run.
    drawn = [result for result in results if result.metadata] or results
    html = environment.get_template("report.html.j2").render(
        words=words,
        overview=drawings.inline(f"Accuracy and AUROC on the {words.test_films}", overview(results, words)),
        tables=_filled(
            tables.comparison(results, words, words.published), tables.seeds(results), tables.external(results)
        ),
        chapters=[
            chapter(result, words, drawings if result in drawn else None, with_films=with_films) for result in results
        ],
        searches=[
            (search, drawings.inline("AUROC over milliseconds of every trial", search.plot)) for search in searches
        ],
        studies=[
            (
                study,
                drawings.inline(f"Difference that each change made, {study.title}", study.plot) if study.plot else None,
            )
            for study in studies
        ],
        made_films=made_films,
        positive_class=results[0].run.config.data.positive_class,
        with_films=with_films,
        drawings=drawings,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as partial:
        partial.write_text(re.sub(r"\n\s+", "\n", html), encoding="utf-8")


def chapter(result: Result, words: Words, drawings: Drawings | None, *, with_films: bool) -> Chapter:
    """Gathers the chapter of one model."""
    config = result.run.config
    mistakes = worst_mistakes(result)
    files = {words: result.run.folder / "figures" / name for name, words in FIGURES.items()} if drawings else {}
    return Chapter(
        result,
        _filled(
            tables.hospitals(result),
            *(tables.operating_points(result, title, own) for title, own in result.by_population),
            tables.left_out(result),
            tables.calibration(result),
            tables.classes(result),
            tables.asides(result),
            audit_tables.shape_alone(result.audit),
            audit_tables.shortcuts(result.audit),
            audit_tables.hospital_probe(result.audit),
            audit_tables.native(result.audit),
            audit_tables.deletion(result.audit),
            audit_tables.gate(result.audit, words),
            views.views(result),
        ),
        [
            drawings.inline(f"{shown}, {config.title}", read_text(file))
            for shown, file in files.items()
            if drawings and file.exists()
        ],
        mistakes,
        draw_mistakes(result, mistakes) if with_films and mistakes else [],
    )


def _filled(*every: Table) -> list[Table]:
    return [table for table in every if table.rows]
