"""`python -m export report`: the README's comparison table and docs/report.html, from what the runs stored."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from export.report.results import METRICS, Result, read_results
from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError

BEGIN, END = "<!-- results: python -m export report -->", "<!-- end of results -->"
PUBLISHED = Path(__file__).parent / "published.toml"
# The report with films is called so; .gitignore knows it.
WITH_FILMS = "-with-films"

# The two that models are ranked by.
WITH_INTERVAL = ("accuracy", "auroc")


def write_report(
    runs: Path,
    readme: Path,
    html: Path,
    *,
    models: Path = Path("export/models"),
    searches: Path = Path("training/searches"),
    with_films: bool = False,
) -> None:
    """Replaces what stands between the markers in `readme`, and writes the whole report as one HTML file.

    Args:
        runs: The folder of run folders.
        readme: The file with the markers.
        html: The report without films, fit to be published.
        models: The folder of bundles.
        searches: The folder of searches.
        with_films: Write the same report once more beside it, with the worst mistakes drawn, which needs the data set.

    Raises:
        PlainfilmError: No run is evaluated, an evaluation is not that of its predictions, or the markers are not there.
    """
    from export.report.html import write_html
    from export.report.searches import read_searches

    found = read_searches(searches)
    results = read_results(runs, models)
    published = tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))["result"]
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if BEGIN not in text or END not in text.split(BEGIN, 1)[1]:
        raise PlainfilmError(
            f"{readme} has no place for the table", expected=f"a line {BEGIN!r} and, below it, {END!r}"
        )
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    table = comparison_table(results, published)
    write_html(html, results, published, found, with_films=False)
    if with_films:
        write_html(html.with_stem(html.stem + WITH_FILMS), results, published, found, with_films=True)
    with atomic_file(readme) as partial:
        partial.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
    print(table)
    print(f"\nwrote the table into {readme}, the whole report to {html}")
    if with_films:
        print(f"and with films to {html.with_stem(html.stem + WITH_FILMS)}: keep that one to yourself")


def comparison_table(results: list[Result], published: list[dict[str, Any]]) -> str:
    """Every model on the official test images; below them what others published."""
    header = ["Model on the official test images", *METRICS.values(), "Weights", "One film"]
    rows = [
        [
            result.run.config.title,
            *(figure(result.metric(metric), interval=metric in WITH_INTERVAL) for metric in METRICS),
            result.size_in_words,
            result.latency_in_words,
        ]
        for result in results
    ]
    rows += [
        [
            f"{other['name']} ({other['source']})",
            *(f"{other[metric]:.3f}" if metric in other else "–" for metric in METRICS),
            "–",
            "–",
        ]
        for other in published
    ]
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figure(row: dict[str, Any] | None, *, interval: bool) -> str:
    """A value, with its interval where asked for and known."""
    if row is None:
        return "–"
    bounds = f" ({row['low']:.3f}–{row['high']:.3f})" if interval and row["low"] is not None else ""
    return f"{row['value']:.3f}{bounds}"
