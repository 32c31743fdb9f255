"""The report's table on made films: how near those of a GAN come to real ones, from the evaluations that were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.report.kept import kept
from export.report.tables import NONE, Cell, Table
from plainfilm.files import read_json

LEARNED = {
    "trained_on_made_tested_on_validation": "AUROC on validation of a classifier that learned from made films",
    "trained_on_real_tested_on_made": "AUROC on made films of one that learned from train films",
}
LEARNED_REAL = "trained_on_real_tested_on_validation"


@dataclass(frozen=True)
class MadeFilms:
    """One GAN.

    Attributes:
        name: Of its run, and of the file of its evaluation.
        ran: What was trained and judged, in a sentence.
        table: Its figures in every space of features.
    """

    name: str
    ran: str
    table: Table


def read_made_films(folder: Path) -> list[MadeFilms]:
    """Every `evaluation.json` of a run of `gan fit` that is kept in a folder as `NAME.json`; none without that folder.

    Raises:
        PlainfilmError: One cannot be read.
    """
    return [_read(file) for file in sorted(folder.glob("*.json"))]


def _read(file: Path) -> MadeFilms:
    again = f"python -m training gan evaluate runs/{file.stem} --reader RUN, and copy it there"
    with kept(file, expected="the evaluation.json of a run of gan fit", next_step=again):
        document = read_json(file)
        return MadeFilms(file.stem, _ran(document), _table(document))


def made_in_markdown(every: Sequence[MadeFilms]) -> str:
    """What was trained, and its figures as a table."""
    parts = []
    for each in every:
        lines = [list(each.table.header), ["---"] * len(each.table.header)]
        lines += [[cell.text for cell in row] for row in each.table.rows]
        parts += [each.ran, "\n".join(f"| {' | '.join(line)} |" for line in lines)]
    return "\n\n".join(parts) or "No GAN has been judged."


def _ran(document: Mapping[str, Any]) -> str:
    trained = document["trained"]
    part = "" if trained["patients"] == 1 else f", of {100 * trained['patients']:g} % of the train patients"
    return (
        f"`{document['run']}`: films of {trained['size']} pixels, {trained['steps']} steps of {trained['batch_size']} films out of "
        f"{trained['train_films']}{part}; {document['made_films']} made films judged, with 95 % intervals."
    )


def _table(document: Mapping[str, Any]) -> Table:
    spaces: Mapping[str, Mapping[str, Any]] = document["spaces"]
    first = next(iter(spaces.values()))

    def row(figure: str, made: Sequence[str], other: Sequence[str]) -> list[Cell]:
        pairs = zip(made, other, strict=True)
        return [Cell(figure), *(Cell(text) for pair in pairs for text in pair)]

    rows = []
    for kind in first["kernel_distance"]:
        of_kind = [space["kernel_distance"][kind] for space in spaces.values()]
        made, validation = ([_text(each[key]) for each in of_kind] for key in ("made_to_train", "validation_to_train"))
        rows.append(
            row(f"Kernel distance to train films, {kind}", made, [f"validation: {text}" for text in validation])
        )
    for name in ("precision", "recall", "coverage"):
        for kind in first[name]:
            values = [_text(space[name][kind]) for space in spaces.values()]
            rows.append(row(f"{name.title()}, {kind}", values, ["at best 1"] * len(spaces)))
    copied = [space["memorisation"] for space in spaces.values()]
    near = f"{100 * copied[0]['validation_share']:g} %"
    rows.append(
        row(
            "Share as near to a train film as the nearest of validation",
            [_text(each["made_as_near"]) for each in copied],
            [f"validation: {near}"] * len(spaces),
        )
    )
    real = [f"of real ones, on validation: {_text(space['learned_auroc'][LEARNED_REAL])}" for space in spaces.values()]
    for key, words in LEARNED.items():
        rows.append(row(words, [_text(space["learned_auroc"][key]) for space in spaces.values()], real))
    header = ["Figure", *(words for title in spaces for words in (f"Made, by {title}", "Compare with"))]
    return Table(f"Made films of {document['run']}", header, rows)


def _text(of: Mapping[str, Any]) -> str:
    if of["value"] is None:
        return NONE
    value, low, high = (f"{round(of[name], 3) + 0:.3f}".replace("-", "−") for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
