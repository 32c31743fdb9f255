"""site.toml: what it must hold, and how a mistake in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.config import read_site_config
from plainfilm import node
from plainfilm.errors import UsageError

SHIPPED = node.template() / "site.toml"


def edited(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    path = folder / "site.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_a_word_stands_for_itself_in_every_sentence_also_with_a_capital_letter() -> None:
    words = read_site_config(SHIPPED).words("PNEUMONIA")
    assert (words["pictures"], words["Pictures"], words["positive"]) == ("films", "Films", "pneumonia")


def test_a_class_that_is_not_listed_is_called_by_its_name() -> None:
    assert read_site_config(SHIPPED).label_of("COVID") == "COVID"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("headline =", "headlines =", r"unknown key headlines\n.*perhaps headline"),
        ("body_parts =", "body_part =", r"unknown key dicom\.body_part\n.*perhaps body_parts"),
        ('picture = "film"', "picture = 1", "picture is of the wrong kind"),
        ('title = "Plainfilm"', 'title = ""', "title is not right"),
        ('title = "Plainfilm"', "title = Plainfilm", "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read_site_config(edited(tmp_path, old, new))
