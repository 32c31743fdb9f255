"""Names of classes in whatever wording, order and encoding tools write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.foreign.files.labels import check_labels, find_labels, read_labels
from export.foreign.model import ForeignError

LISTS = {
    "plain": (b"NORMAL\nPNEUMONIA\n", ("NORMAL", "PNEUMONIA")),
    "no end of line": (b"NORMAL\nPNEUMONIA", ("NORMAL", "PNEUMONIA")),
    "windows": (b"\xef\xbb\xbfNORMAL\r\nPNEUMONIA\r\n\r\n", ("NORMAL", "PNEUMONIA")),
    "utf-16": ("NORMAL\nLungenentzündung\n".encode("utf-16"), ("NORMAL", "Lungenentzündung")),
    "numbered": (b"0 Rock\n1 Paper\n2 Scissors\n", ("Rock", "Paper", "Scissors")),
    "numbered from one": (b"1. Rock\n2. Paper\n", ("Rock", "Paper")),
    "numbered in another order": (b"1: PNEUMONIA\n0: NO PNEUMONIA DETECTED\n", ("NO PNEUMONIA DETECTED", "PNEUMONIA")),
    "names that begin with numbers": (b"3 Series Wagon\n5 Series Sedan\n", ("3 Series Wagon", "5 Series Sedan")),
    "numbers as names": (b"0\n1\n2\n", ("0", "1", "2")),
}


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_every_kind_are_read(kind: str, tmp_path: Path) -> None:
    data, names = LISTS[kind]
    (tmp_path / "labels.txt").write_bytes(data)
    assert find_labels(tmp_path) == (tmp_path / "labels.txt", names)


@pytest.mark.parametrize(
    "text", ['["a", "b"]', '{"a": 0, "b": 1}', '{"b": 1, "a": 0}', '{"0": "a", "1": "b"}', '{"labels": ["a", "b"]}']
)
def test_json_of_every_kind_is_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "class_indices.json").write_text(text)
    assert read_labels(tmp_path / "class_indices.json") == ("a", "b")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("labels.txt", b"\xff\xd8\xff\xe0 a picture"),
        ("labels.txt", b"\n \n"),
        ("labels.json", b"{"),
        ("labels.json", b"7"),
        ("class_indices.json", b'{"a": 0, "b": 2}'),
    ],
)
def test_what_names_no_classes_is_refused_with_the_option(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ForeignError, match="--classes"):
        read_labels(tmp_path / name)


def test_there_must_be_a_name_for_each_class_and_no_two_the_same() -> None:
    said = ("dict.txt", Path("model"))
    assert check_labels(("A ", "no \t finding"), 2, *said) == ("A", "no finding")
    with pytest.raises(ForeignError, match=r"(?s)dict.txt names 1 class, and model has 2.*--classes A,B"):
        check_labels(("A",), 2, *said)
    with pytest.raises(ForeignError, match=r"(?s)dict.txt names 3 classes, and model has 2"):
        check_labels(("A", "B", "C"), 2, *said)
    with pytest.raises(ForeignError, match=r"(?s)names a class twice.*received: A, a"):
        check_labels(("A", "a"), 2, *said)
    with pytest.raises(ForeignError, match=r"(?s)cannot be shown.*A\\x00"):
        check_labels(("A\0", "B"), 2, *said)
    with pytest.raises(ForeignError, match="a class without a name"):
        check_labels(("A", ""), 2, *said)
