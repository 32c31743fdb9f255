"""Studies in the report: those with a result, and those without."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from export.report.studies import read_studies, studies_in_markdown
from export.report.write import BEGIN_STUDIES, END, write_report
from plainfilm.errors import PlainfilmError
from tests.unit.export.report.parsed import Page

TOML = """
title = "Blocks"
question = "Do more blocks help?"
base = "smoke"
note = "Read with care."
seeds = [1, 2]
[[arms]]
name = "recipe"
title = "The recipe: as it is"
[[arms]]
name = "seven"
title = "7 blocks"
group = "Depth"
"""


def arm(name: str, title: str, group: str, against: list[dict[str, Any]]) -> dict[str, Any]:
    own = {"value": 0.9, "low": 0.88, "high": 0.92, "by_seed": [0.89, 0.91], "epochs": [3, 3], "seconds": 90.0}
    return {"name": name, "title": title, "group": group, **own, "against": against}


def result(difference: tuple[float, float | None, float | None]) -> dict[str, Any]:
    against = dict(zip(("arm", "seeds", "value", "low", "high"), ("recipe", 2, *difference), strict=True))
    return {
        "study": "blocks",
        "title": "Blocks",
        "question": "Do more blocks help?",
        "measure": "AUROC on augmented validation",
        "ran": {
            "finished": 4, "planned": 4, "failed": [], "seeds": [1, 2], "size": [48, 48], "epochs": 8, "patients": 0.25,
            "train": {"films": 100, "patients": 80}, "validation": {"films": 50, "patients": 40}, "seconds": 600.0,
        },
        "arms": [arm("recipe", "The recipe: as it is", "", []), arm("seven", "7 blocks", "Depth", [against])],
        "test": None,
    }  # fmt: skip


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    folder = tmp_path / "studies"
    folder.mkdir()
    (folder / "blocks.toml").write_text(TOML)
    (folder / "later.toml").write_text(TOML.replace("Blocks", "Later"))
    return folder


def test_the_report_shows_results_and_the_command_of_what_has_none(
    runs: Path, readme: Path, studies: Path, tmp_path: Path
) -> None:
    (studies / "blocks.json").write_text(json.dumps(result((-0.021, -0.04, -0.002))))
    readme.write_text(f"{readme.read_text()}\n{BEGIN_STUDIES}\n{END}\n")
    write_report(runs, [readme], tmp_path / "report.html", models=tmp_path, searches=tmp_path, studies=studies)
    text = (tmp_path / "report.html").read_text()
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    for said in (
        "The capstone’s own questions, answered",
        "films of 48 × 48 pixels, 100 train films of 80 patients, 25 % of them",
        "7 blocks Depth 0.900 0.880 to 0.920 0.890, 0.910 The recipe −0.021 −0.040 to −0.002 worse 1.5 min",
        "Of 1 comparison with several seeds, 1 has a 95 % interval that leaves out 0;",
        "Worse: 7 blocks (−0.021).",
        "Test has not been opened. Read with care.",
        "No result yet. python -m training study later",
    ):
        assert said in words, said
    assert (
        "| 7 blocks | 0.900 (0.880 to 0.920) | The recipe | −0.021 (−0.040 to −0.002) | worse |" in readme.read_text()
    )


@pytest.mark.parametrize(
    ("difference", "word"),
    [((0.02, 0.01, 0.03), "better"), ((0.02, -0.01, 0.03), "not shown"), ((0.02, None, None), "not shown")],
)
def test_only_an_interval_without_nought_says_that_something_changed(
    studies: Path, difference: tuple[float, float | None, float | None], word: str
) -> None:
    (studies / "blocks.json").write_text(json.dumps(result(difference)))
    study = read_studies(studies)[0]
    assert study.table.rows[1][5].text == word
    assert ("Better" in study.found) == (word == "better")
    assert study.plot.startswith("<svg")


def test_an_opened_test_is_told(studies: Path) -> None:
    document = result((0.02, 0.01, 0.03))
    own = {name: {**document["arms"][index]} for index, name in enumerate(("recipe", "seven"))}
    document["test"] = {"opened": "2026-11-28", "arm": "seven", "films": 624, "arms": own}
    (studies / "blocks.json").write_text(json.dumps(document))
    found = studies_in_markdown(read_studies(studies))
    assert "Test (624 films) was opened once, on 2026-11-28, for the arm named before: 7 blocks." in found


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"arms": [{}]}'])
def test_a_result_that_is_none_is_named(studies: Path, text: str) -> None:
    (studies / "blocks.json").write_text(text)
    with pytest.raises(PlainfilmError, match=r"blocks\.json cannot be read"):
        read_studies(studies)
