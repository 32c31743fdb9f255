"""What is saved of a measurement: table, workbook, figures as JSON and SVG, and the printed report."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest

from build_site.config import read_site_config
from build_site.i18n.strings import read_strings
from plainfilm import node
from tests.measured import Case, Options, as_json, ask

EVIL = '=HYPERLINK("x")<img src=x onerror=alert(1)>&"\'\u202e.png'
NAMES = ("csv", "xlsx", "json", "figures", "report")


def texts() -> dict[str, str]:
    words = read_site_config(node.template() / "site.toml").words("PNEUMONIA")
    messages = read_strings(node.template() / "strings.toml").filled(words).messages
    return {key: text for key, text in messages.items() if isinstance(text, str)}


def about(**more: Any) -> dict[str, Any]:
    return {
        "language": "en",
        "model": {"name": "tiny", "title": "Tiny <model>", "sha256": "ab" * 32},
        "version": "1.0",
        "date": "2026-11-28",
        "site": "Plainfilm",
        "warning": "No medical device.",
        "classes": {"positive": "pneumonia", "others": "normal"},
        "population": None,
        "point": "balanced",
        "reference": "two <readers> & a scan",
        "given": {"files": 90, "unlabelled": 3, "doubles": 2, "contradictory": 0, "others": 0, "errors": 1},
        "reasons": {"lateral": "from the side"},
        "texts": texts(),
        **more,
    }


def inputs(cases: list[Case], **more: Any) -> dict[str, Any]:
    options = vars(Options(resamples=20))
    given = {"cases": as_json(cases), "options": options}
    measured, groups, own, compared = ask(
        ("measure", given),
        ("subgroups", {**given, "key": "ward"}),
        ("threshold", {"cases": as_json(cases), "options": {"sensitivity": 0.9, "resamples": 20, "seed": 1}}),
        (
            "compare",
            {
                "first": as_json(cases),
                "second": as_json(cases),
                "options": {"thresholds": [0.5, 0.9], "resamples": 20, "seed": 1},
            },
        ),
    )
    return {
        "about": about(**more),
        "cases": as_json(cases),
        "measured": measured,
        "subgroups": [{"key": "ward", "title": "Ward", "groups": groups}],
        "own": own,
        "comparison": {"other": "Other", "compared": compared},
    }


CASES = [
    Case(
        number % 2,
        None if number % 9 == 0 else (number * 37 % 100) / 100,
        "lateral" if number % 9 == 0 else None,
        f"p{number // 2}",
        {"ward": "<b>" if number < 50 else "icu"},
        number % 11 == 0,
        EVIL if number == 1 else "",
    )
    for number in range(84)
]


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    return inputs(CASES)


@pytest.fixture(scope="module")
def saved(asked: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(NAMES, ask(*((name, asked) for name in NAMES)), strict=True))


def test_the_table_has_a_line_for_every_film_and_no_formula(saved: dict[str, Any]) -> None:
    assert saved["csv"].startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(saved["csv"][1:])))
    assert len(rows) == 84
    assert rows[1]["file"] == f"'{EVIL}"
    assert (rows[0]["not_read"], rows[0]["probability"], rows[0]["right"]) == ("lateral", "", "")
    assert (rows[1]["class"], rows[1]["positive"], rows[1]["probability"]) == ("pneumonia", "true", "0.37")
    assert (rows[1]["read_as_positive"], rows[1]["right"], rows[1]["patient"]) == ("false", "false", "p0")
    assert (rows[1]["group_ward"], rows[1]["model_sha256"], rows[1]["threshold"]) == ("<b>", "ab" * 32, "0.5")
    assert rows[1]["warning"] == "No medical device."


def test_a_table_is_written_as_the_visitors_spreadsheet_reads_it(asked: dict[str, Any]) -> None:
    dialect = {"separator": ";", "decimal": ","}
    written = ask(("csv", {**asked, "about": {**asked["about"], "dialect": dialect}}))[0]
    rows = list(csv.DictReader(io.StringIO(written[1:]), delimiter=";"))
    assert rows[1]["probability"] == "0,37"


def test_the_workbook_holds_films_figures_groups_and_what_they_mean(
    saved: dict[str, Any], asked: dict[str, Any]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(saved["xlsx"])))
    assert book.sheetnames == ["films", "figures", "groups", "about", "definitions"]
    assert book["films"].max_row == 85
    assert book["films"]["A3"].value == EVIL
    assert book["films"]["A3"].data_type == "s"
    figures = {(row[0], row[1]): row[2:] for row in book["figures"].iter_rows(min_row=2, values_only=True)}
    auroc = asked["measured"]["ways"]["wrong"]["auroc"]
    assert figures["auroc", "refused as wrong"] == tuple(auroc[key] for key in ("value", "low", "high", "n", "method"))
    assert figures["refused: lateral", "all labelled"][0] == pytest.approx(10 / 84)
    assert figures["kappa", "with Other"][0] == asked["comparison"]["compared"]["kappa"]["value"]
    assert {row[1] for row in book["groups"].iter_rows(min_row=2, values_only=True)} == {"<b>", "icu"}
    named = {row[0] for row in book["definitions"].iter_rows(min_row=2, values_only=True)}
    used = {name.split(":")[0] for name, _ in figures} - {
        "true_positives", "false_negatives", "false_positives", "true_negatives", "agreement", "own_temperature", "own_offset",
    }  # fmt: skip
    assert used <= named


def test_the_figures_as_json_say_what_they_mean_and_name_no_film(saved: dict[str, Any], asked: dict[str, Any]) -> None:
    document = json.loads(saved["json"])
    assert (document["format"], document["version"]) == ("plainfilm-measurement", 1)
    assert document["measured"] == asked["measured"]
    assert document["model"]["sha256"] == "ab" * 32
    assert document["definitions"].keys() >= {"auroc", "ece", "positive", "bootstrap-patients"}
    assert re.findall(r"film\d+\.png", saved["json"]) == []
    assert document["plainfilm"] == "1.0"
    assert "HYPERLINK" not in saved["json"]
    assert "texts" not in document


def test_the_charts_stand_alone(saved: dict[str, Any]) -> None:
    assert saved["figures"].keys() == {"roc", "reliability", "histogram"}
    for svg in saved["figures"].values():
        root = ElementTree.fromstring(svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "stroke" in (root.findtext("{http://www.w3.org/2000/svg}style") or "")
        assert "NaN" not in svg


class Seen(HTMLParser):
    """Elements and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href", "style")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_goes_in_the_order_of_stard_and_loads_nothing(saved: dict[str, Any], asked: dict[str, Any]) -> None:
    page = Seen(saved["report"])
    assert {"script", "img", "link", "b>"}.isdisjoint(page.tags)
    order = ["Tiny <model> on 84 labelled films", "AUROC", "What was tested", "abab", "90 given", "84 labelled", "from the side", "Reference standard",
             "two <readers> & a scan", "Methods", "whole patients", "Results", "Confusion matrix", "Calibration", "A threshold of one’s own",
             "Two models on the same films", "Subgroups", "<b>", "Limits", "No medical device."]  # fmt: skip
    places = [page.text.index(part) for part in order[:1]]
    for part in order[1:]:
        places.append(page.text.index(part, places[-1]))
    assert not re.search(r"\{\w+\}|report-|NaN|undefined|null", page.text.split("}")[-1])
    assert f"{asked['measured']['auroc']['value']:.3f}" in page.text


def test_a_report_of_nothing_or_of_one_class_says_so(saved: dict[str, Any]) -> None:
    for cases in ([], [Case(1, 0.5)], [Case(0, None, "lateral")]):
        asked = inputs(cases)
        asked["comparison"] = None
        for name, answer in zip(NAMES, ask(*((name, asked) for name in NAMES)), strict=True):
            assert "NaN" not in str(answer), name
        page = Seen(ask(("report", asked))[0])
        assert "Fewer than 30 films of a class" in page.text


def test_a_report_in_arabic_goes_from_right_to_left(asked: dict[str, Any]) -> None:
    page = ask(("report", {**asked, "about": about(language="ar")}))[0]
    assert '<html lang="ar" dir="rtl">' in page
    assert not re.search("[٠-٩]", page), "digits are those of the page"
    low, high = (asked["measured"]["auroc"][end] for end in ("low", "high"))
    assert f"(\u2066{low:.3f}–{high:.3f}\u2069)" in page, "the lower end stays left"
