"""The documents that are made of the code are what the code says today."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from build_site.config import load, read_site_config
from build_site.site_toml.reference import site_toml, tables
from plainfilm import node
from tests.shared import REPOSITORY
from tests.tools.reference.__main__ import DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_what_the_code_says(name: str) -> None:
    assert (REPOSITORY / name).read_text("utf-8") == DOCUMENTS[name](), "make docs"


def test_every_key_says_what_it_means() -> None:
    own = ("[classes]", "[labels]", "[strings]", "[messages]", "[metrics]")  # whose keys are a site's
    silent = [
        (table.header, key.name)
        for table in tables()
        for key in table.keys
        if not key.meaning and table.header not in own
    ]
    assert silent == []
    assert [table.header for table in tables() if not table.meaning] == []


def test_a_site_toml_with_every_key_is_the_shipped_one_and_with_none_as_well(tmp_path: Path) -> None:
    text = site_toml({})
    assert tomllib.loads(text) == {}
    (tmp_path / "site.toml").write_text(re.sub(r"(?m)^#(?=[\[\w])", "", text), "utf-8")
    loaded = load(tmp_path / "site.toml")
    assert loaded.mistakes == []
    assert loaded.own.keys() == set(type(loaded.config).__struct_fields__)
    shipped = read_site_config(node.template() / "site.toml")
    for name in ("title", "lead", "bundles", "classes", "dicom", "metrics", "features", "language", "translations"):
        assert getattr(loaded.config, name) == getattr(shipped, name)


def test_what_is_stated_is_not_commented_out() -> None:
    samples = [{"file": "a.png", "caption": "A"}, {"file": "b.png", "caption": "“B”"}]
    stated = {"bundles": ["models/mine"], "samples": samples}
    assert tomllib.loads(site_toml(stated)) == stated


def test_the_example_in_the_reference_is_right(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCUMENTS["docs/site_toml.md"](), re.DOTALL)
    (tmp_path / "site.toml").write_text(example, "utf-8")
    loaded = load(tmp_path / "site.toml")
    assert loaded.mistakes == []
    assert loaded.config.filled().headline == "Read flowers in your own browser"
