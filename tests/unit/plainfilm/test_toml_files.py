"""TOML files as typed tables, and what is said of those that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from plainfilm.errors import UsageError
from plainfilm.toml_files import laid_over, mistakes_of, read_table, read_toml


class Circle(msgspec.Struct, frozen=True, kw_only=True, tag_field="shape", tag="circle"):
    """A shape."""

    radius: float


class Square(msgspec.Struct, frozen=True, kw_only=True, tag_field="shape", tag="square"):
    """Another one."""

    side: float
    filled: bool = False


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds."""

    title: str
    paper: Literal["a4", "a5"]
    outline: Circle | Square
    copies: int = 1
    margins: tuple[float, ...] = ()
    names: dict[str, str] = {}
    shapes: list[Circle] = []


GOOD = """
title = "House"
paper = "a4"
margins = [1, 2.5]
[outline]
shape = "square"
side = 2
[names]
en = "house"
[[shapes]]
shape = "circle"
radius = 1.5
"""


def read(folder: Path, text: str) -> Drawing:
    file = folder / "drawing.toml"
    file.write_text(text, encoding="utf-8")
    return read_toml(file, Drawing, {"colour": "`outline.filled`"})


def test_a_file_that_fits_is_a_frozen_table_with_its_defaults(tmp_path: Path) -> None:
    drawing = read(tmp_path, GOOD)
    assert drawing == Drawing(
        title="House",
        paper="a4",
        outline=Square(side=2.0),
        margins=(1.0, 2.5),
        names={"en": "house"},
        shapes=[Circle(radius=1.5)],
    )
    assert isinstance(drawing.outline, Square)
    assert type(drawing.outline.side) is float  # written without a point
    with pytest.raises(AttributeError):
        drawing.title = "Hut"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ('title = "House"', "title = 3", ["drawing.toml: title is of the wrong kind", "received: 3", "expected: a string"]),
        ('title = "House"', "", ["missing key title", "expected: a string"]),
        ('"a4"', '"a3"', ["paper is not known", "received: 'a3'", "expected: 'a4' or 'a5'"]),
        ("side = 2", "sides = 2", ["unknown key outline.sides", "perhaps side; one of side, filled", "missing key outline.side"]),
        ("side = 2", "side = true", ["outline.side is of the wrong kind", "received: True", "expected: a number"]),
        ('shape = "square"', 'shape = "star"', ["outline.shape is not known", "received: 'star'", "'circle' or 'square'"]),
        ('shape = "square"', "", ["outline.shape is missing", "expected: 'circle' or 'square'"]),
        ("[1, 2.5]", '[1, "x"]', ["margins[1] is of the wrong kind", "received: 'x'", "expected: a number"]),
        ("[1, 2.5]", "1", ["margins is of the wrong kind", "expected: a list, each item a number"]),
        ('en = "house"', "en = 1", ["names.en is of the wrong kind"]),
        ("radius = 1.5", 'radius = "r"', ["shapes[0].radius is of the wrong kind"]),
        ("margins", "colour = 1\nmargins", ["colour has been replaced", "received: 1", "expected: `outline.filled`"]),
        ("margins", "copies = 1.0\nmargins", ["copies is of the wrong kind", "received: 1.0", "expected: a whole number"]),
        ("[outline]", "[outline", ["drawing.toml is not TOML"]),
        ('"House"', "House", ["drawing.toml is not TOML", ": title = House\n", "expected: text in quotes"]),
        ("margins", "margins = []\nmargins", ["Cannot overwrite", ": margins = [1, 2.5]\n", "every key once"]),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_names_the_key_and_both_sides(
    tmp_path: Path, old: str, new: str, lines: list[str]
) -> None:
    assert old in GOOD
    with pytest.raises(UsageError) as raised:
        read(tmp_path, GOOD.replace(old, new, 1))
    for line in lines:
        assert line in str(raised.value)


def test_every_mistake_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read(
            tmp_path,
            GOOD.replace('"House"', "1").replace('"a4"', '"a3"').replace("[outline]", "colours = 1\n[outline]"),
        )
    for line in ("title is of the wrong kind", "paper is not known", "unknown key colours"):
        assert f"drawing.toml: {line}" in str(raised.value)


def test_a_table_where_a_value_belongs_and_a_value_where_a_table_belongs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="outline is of the wrong kind\n  received: 3\n  expected: a table"):
        read(tmp_path, 'title = "x"\npaper = "a4"\noutline = 3\n')


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no"):
        read_toml(tmp_path / "nowhere.toml", Drawing)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not TOML"):
        read_toml(tmp_path / "bytes.toml", Drawing)


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """With limits that msgspec checks."""

    grams: Annotated[float, msgspec.Meta(ge=40, le=400, title="a number from 40 to 400")]
    colour: Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$", title="a colour such as #15608f")] | None = None
    sheets: list[Circle] = []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"grams": 20}, "grams is not right\n  received: 20\n  expected: a number from 40 to 400"),
        ({"grams": "80"}, "grams is of the wrong kind\n  received: '80'\n  expected: a number from 40 to 400"),
        (
            {"grams": 80, "colour": "red"},
            "colour is not right\n  received: 'red'\n  expected: a colour such as #15608f",
        ),
        ({"grams": 80, "colour": 1}, "colour is of the wrong kind"),
    ],
)
def test_a_value_beyond_its_limits_is_said_apart_from_one_of_another_kind(values: dict[str, Any], said: str) -> None:
    [mistake] = mistakes_of(values, Paper, "paper.toml")
    assert mistake.startswith(f"paper.toml: {said}")


def test_a_table_that_lies_over_another_may_lack_keys_but_what_a_list_holds_may_not() -> None:
    assert mistakes_of({}, Paper, "paper.toml", over_another=True) == []
    assert len(mistakes_of({}, Paper, "paper.toml")) == 1
    [mistake] = mistakes_of({"sheets": [{"shape": "circle"}]}, Paper, "paper.toml", over_another=True)
    assert "missing key sheets[0].radius" in mistake


def test_tables_are_laid_over_each_other_key_by_key_and_lists_are_replaced() -> None:
    below = {"a": 1, "table": {"x": 1, "y": [1, 2]}, "plain": {"z": 1}}
    upper = {"table": {"y": [3]}, "plain": 2, "new": {"w": 1}}
    assert laid_over(upper, below) == {"a": 1, "table": {"x": 1, "y": [3]}, "plain": 2, "new": {"w": 1}}
    assert below["table"] == {"x": 1, "y": [1, 2]}


def test_a_mark_that_windows_writes_in_front_is_no_mistake_and_endless_brackets_are(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbftitle = 'x'\r\n")
    assert read_table(tmp_path / "a.toml") == {"title": "x"}
    (tmp_path / "b.toml").write_text("x = " + "[" * 3000 + "]" * 3000)
    with pytest.raises(UsageError, match="brackets within brackets without end"):
        read_table(tmp_path / "b.toml")
