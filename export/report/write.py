"""`python -m export report`: the tables of README.md and docs/results.md, and the whole report, from what the runs stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from export.report import tables
from export.report.made_films import MadeFilms, made_in_markdown, read_made_films
from export.report.results import METRICS, Result, read_results
from export.report.studies import Study, studies_in_markdown
from export.report.views import views_in_markdown
from export.report.words import Words, words_of
from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_text
from plainfilm.toml_files import read_table

BEGIN, END = "<!-- results: python -m export report -->", "<!-- end of results -->"
BEGIN_BRIEF = "<!-- results in brief: python -m export report -->"
BEGIN_HOSPITALS = "<!-- population by hospital: python -m export report -->"
BEGIN_VIEWS = "<!-- films from the side: python -m export report -->"
BEGIN_STUDIES = "<!-- studies: python -m export report -->"
BEGIN_MADE = "<!-- made films: python -m export report -->"
# The report with films is called so; .gitignore knows it.
WITH_FILMS = "-with-films"
# The metrics that models are ranked by: only they stand with their intervals in Markdown.
RANKING = ("accuracy", "auroc")


def write_report(
    runs: Path,
    pages: Sequence[Path],
    html: Path,
    *,
    models: Path = Path("export/models"),
    searches: Path = Path("training/searches"),
    studies: Path = Path("training/studies"),
    made_films: Path = Path("training/gan/evaluations"),
    site: Path = Path("site_template/site.toml"),
    with_films: bool = False,
) -> None:
    """Replaces what stands between the markers in every page, and writes the whole report as one HTML file.

    Args:
        runs: The folder of run folders.
        pages: Markdown files: one with `BEGIN` gets every model, one with `BEGIN_BRIEF` those with a bundle; one with `BEGIN_HOSPITALS`
            gets the table population by hospital of every model that tells populations apart, too, one with `BEGIN_VIEWS` that of films
            from the side, one with `BEGIN_STUDIES` what the studies found, one with `BEGIN_MADE` how near made films come to real ones.
        html: The report without films, fit to be published.
        models: The folder of bundles.
        searches: The folder of searches.
        studies: The folder of studies.
        made_films: The folder of the evaluations of GANs.
        site: The site's configuration, whose first bundle is the shipped model; without that file none is.
        with_films: Write the same report once more beside it, with the worst mistakes drawn, which needs the data set.

    Raises:
        PlainfilmError: No run is evaluated, an evaluation does not follow from its predictions, or a page has no markers.
    """
    from export.report.page import write_html
    from export.report.searches import read_searches
    from export.report.studies import read_studies

    found, asked, made = read_searches(searches), read_studies(studies), read_made_films(made_films)
    results = read_results(runs, models, read_table(site).get("bundles", []) if site.exists() else [])
    words = words_of(results[0].run.config)
    texts = {page: _with_table(page, results, words, asked, made) for page in pages}
    write_html(html, results, words, found, asked, made, with_films=False)
    if with_films:
        write_html(html.with_stem(html.stem + WITH_FILMS), results, words, found, asked, made, with_films=True)
    for page, text in texts.items():
        with atomic_file(page) as partial:
            partial.write_text(text, encoding="utf-8")
    print(comparison_table(results, words, brief=False))
    print(f"\nwrote the tables into {' and '.join(map(str, pages))}, the whole report to {html}")
    if with_films:
        print(f"and with films to {html.with_stem(html.stem + WITH_FILMS)}: keep that one to yourself")


def comparison_table(results: list[Result], words: Words, *, brief: bool) -> str:
    """Models and published results as Markdown: all of them, or in brief those with a bundle and those marked so."""
    published = [other for other in words.published if other.brief or not brief]
    shown = [result for result in results if result.metadata or not brief] or results
    table = tables.comparison(shown, words, published)
    named = {"Model": f"Model on the {words.test_films}"}
    with_aside = {"Model"} | {METRICS[metric] for metric in RANKING}
    lines = [[named.get(name, name) for name in table.header], ["---", *["---:"] * (len(table.header) - 1)]]
    for row in table.rows:
        cells = [
            f"{cell.text} ({cell.aside})" if cell.aside and name in with_aside else cell.text
            for name, cell in zip(table.header, row, strict=True)
        ]
        lines.append([f"**{cells[0]}**" if row[0].aside == tables.SHIPPED else cells[0], *cells[1:]])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def hospitals_tables(results: list[Result]) -> str:
    """Population by hospital as Markdown, one table for each model that tells populations apart."""
    parts = []
    for result in results:
        if (table := tables.hospitals(result)).rows:
            lines = [list(table.header), ["---"] * len(table.header)]
            lines += [
                [f"{cell.text} ({cell.aside})" if cell.aside else cell.text for cell in row] for row in table.rows
            ]
            rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
            by_chance = " and ".join(
                f"{chance:.3f} for {title.lower()} (n = {own['calibration']['n']})"
                for (title, own), chance in zip(result.by_population, result.ece_by_chance, strict=True)
            )
            parts.append(
                f"{result.run.config.title}: {table.caption[0].lower()}{table.caption[1:]}, with 95 % intervals.\n\n{rows}\n\n"
                f"An ECE is never 0 by chance: were the probabilities exactly right, that of validation would be {by_chance} on average."
            )
    return "\n\n".join(parts) or "No network here tells populations apart."


def _with_table(
    page: Path, results: list[Result], words: Words, studies: list[Study], made_films: list[MadeFilms]
) -> str:
    """The page's text with the tables that its markers ask for."""
    text = read_text(page) if page.exists() else ""
    makers: dict[str, Callable[[], str]] = {
        BEGIN: lambda: comparison_table(results, words, brief=False),
        BEGIN_BRIEF: lambda: comparison_table(results, words, brief=True),
        BEGIN_HOSPITALS: lambda: hospitals_tables(results),
        BEGIN_VIEWS: lambda: views_in_markdown(results),
        BEGIN_STUDIES: lambda: studies_in_markdown(studies),
        BEGIN_MADE: lambda: made_in_markdown(made_films),
    }
    filled = False
    for begin, make in makers.items():
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(END)
        if found and closed:
            text, filled = f"{before}{begin}\n\n{make()}\n\n{END}{after}", True
    if filled:
        return text
    raise PlainfilmError(
        f"{page} has no place for the table",
        expected=f"a line {BEGIN!r} for every model, or {BEGIN_BRIEF!r} for the exported ones, and below it {END!r}",
    )
