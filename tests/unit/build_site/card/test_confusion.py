"""The confusion matrices of a model card, of two classes and of more."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from build_site.site import build
from tests.tiny_bundle import operating_point, write_tiny_bundle

CLASSES = ["BACTERIA", "NORMAL", "VIRUS"]
# Label → how many are read as each class.
TEST = {"BACTERIA": [40, 3, 1007], "NORMAL": [2, 50, 4], "VIRUS": [5, 6, 30]}


def rows_of(split: str, counts: dict[str, list[int]]) -> list[dict[str, Any]]:
    return [
        {"split": split, "label": label, "read_as": read_as, "n": n}
        for label, of_label in counts.items()
        for read_as, n in zip(CLASSES, of_label, strict=True)
    ]


def matrices_of(folder: Path, **changes: Any) -> list[tuple[str, list[list[str]]]]:
    """Caption and rows of the matrices on the card of a bundle of three classes."""
    rows = [*rows_of("val", {name: [1, 1, 1] for name in CLASSES}), *rows_of("test", TEST)]
    rows += rows_of("test_without_duplicates", {name: [9, 9, 9] for name in CLASSES})
    described = {"class_names": CLASSES, "positive_class": "BACTERIA", "confusion_matrix": rows}
    bundle = write_tiny_bundle(folder, **described | changes)
    card = (build(folder / "dist", bundle=bundle).out / "model-card.html").read_text("utf-8")
    found = []
    for table in re.findall(r'<table class="confusion">(.*?)</table>', card, re.DOTALL):
        caption = re.search(r"<caption>(.*?)</caption>", table)
        assert caption
        cells = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        ]
        found.append((unescape(caption[1]), [[re.sub("<.*?>", "", unescape(cell)) for cell in row] for row in cells]))
    return found


def test_three_classes_are_counted_each_against_each_and_the_test_films_come_first(tmp_path: Path) -> None:
    of_test, of_val = matrices_of(tmp_path, operating_points=[operating_point("balanced", 0.4)])
    assert of_test[0].startswith(
        "Confusion matrix, test pictures. At the default threshold of 40.0\u00a0%. Rows: what the"
    )
    assert of_test[1] == [
        ["", *CLASSES],
        ["BACTERIA", "40", "3", "1,007"],
        ["NORMAL", "2", "50", "4"],
        ["VIRUS", "5", "6", "30"],
    ]
    assert [row[1:] for row in of_val[1][1:]] == [["1"] * 3] * 3


def test_where_the_likeliest_class_is_read_no_threshold_is_named(tmp_path: Path) -> None:
    captions = [caption for caption, _ in matrices_of(tmp_path, operating_points=[])]
    assert len(captions) == 2
    assert not any("threshold" in caption for caption in captions)
    card = (tmp_path / "dist" / "model-card.html").read_text("utf-8")
    assert ("The temperature was fixed on validation pictures alone." in card, "thresholds were fixed" in card) == (
        True,
        False,
    )


def test_an_older_bundle_of_three_classes_has_a_card_without(tmp_path: Path) -> None:
    assert matrices_of(tmp_path, confusion_matrix=[]) == []


def test_mistakes_that_were_never_made_do_not_stand_out(tmp_path: Path) -> None:
    counts = {name: [int(read == name) for read in CLASSES] for name in CLASSES}
    matrices_of(tmp_path, confusion_matrix=rows_of("test", counts | {CLASSES[0]: [0, 2, 0]}))
    card = (tmp_path / "dist" / "model-card.html").read_text("utf-8")
    kinds = re.findall(r'<td class="(right|wrong|none)"><b>', card)
    assert kinds == ["right", "wrong", "none", "none", "right", "none", "none", "none", "right"]
