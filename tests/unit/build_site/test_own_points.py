"""Thresholds that "Measure it here" saved, as operating points of a site."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from build_site.site import build
from plainfilm.bundle import METADATA, sha256
from plainfilm.errors import UsageError
from plainfilm.files import read_json

RATE = {"apparent": 0.95, "corrected": 0.93, "low": 0.88, "high": 0.97}


def saved(bundle: Path, **changes: Any) -> dict[str, Any]:
    """As site_template/src/page/measure/own_use.ts writes it."""
    metadata = read_json(bundle / METADATA)
    return {
        "format": "plainfilm-own-threshold",
        "version": 1,
        "model": metadata["name"],
        "model_sha256": sha256(bundle / METADATA),
        "population": None,
        "positive_class": metadata["positive_class"],
        "threshold": 0.31,
        "wanted_sensitivity": 0.95,
        "films": 412,
        "positive": 188,
        "patients": None,
        "sensitivity": copy.deepcopy(RATE),
        "specificity": {**RATE, "low": None, "high": None},
        "date": "2026-11-28",
        "plainfilm": "1.0",
        **changes,
    }


def site_with(folder: Path, document: Any, more: str = "") -> Path:
    """A site.toml beside a file with this in it."""
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "my_hospital.json").write_text(text, "utf-8")
    config = folder / "site.toml"
    config.write_text(f'own_points = ["my_hospital.json"]\ntranslations = []\n{more}', "utf-8")
    return config


def test_a_site_ships_its_own_threshold_and_may_begin_with_it(tiny_bundle: Path, tmp_path: Path) -> None:
    config = site_with(tmp_path, saved(tiny_bundle), '[reading]\noperating_point = "my_hospital"\n')
    site = build(tmp_path / "dist", bundle=tiny_bundle, config=config).out
    page = (site / "index.html").read_text("utf-8")
    data = json.loads(page.split('id="site">')[1].split("</script>")[0])
    first, *others = data["models"][0]["operating_points"]
    assert (first["name"], first["label"], first["threshold"]) == ("my_hospital", "my hospital", 0.31)
    assert first["help"] == "chosen by this site on 412 films of its own, 2026-11-28"
    assert first["sentence"].startswith("At the threshold of 31.0\u00a0% (the mark): sensitivity 93.0\u00a0%")
    (measured,) = first["measured"]
    assert (measured["n"], measured["films"]) == (412, "films of this site’s own")
    assert measured["sensitivity"] == {"value": 0.93, "low": 0.88, "high": 0.97}
    assert [point["name"] for point in others] == list(
        dict.fromkeys(point["name"] for point in read_json(tiny_bundle / METADATA)["operating_points"])
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "other"}, "is no threshold"),
        ({"version": 2}, "is of another version"),
        ({"threshold": 1.5}, "is damaged"),
        ({"threshold": "0.5"}, "is damaged"),
        ({"threshold": True}, "is damaged"),
        ({"films": 0}, "is damaged"),
        ({"positive": 500}, "500 positive of 412 films"),
        ({"date": "yesterday"}, "is damaged"),
        ({"sensitivity": {"apparent": 1}}, "is damaged"),
        ({"extra": 1}, "is damaged"),
        ({"name": "evil"}, "was changed"),
        ({"model": "another"}, "which this site does not have"),
        ({"model_sha256": "0" * 64}, "was chosen with another version of"),
        ({"positive_class": "CAT"}, "is a threshold for another class"),
        ({"population": "adults"}, "other people's pictures"),
    ],
)
def test_a_threshold_that_does_not_fit_is_said_plainly(
    changes: dict[str, Any], said: str, tiny_bundle: Path, tmp_path: Path
) -> None:
    config = site_with(tmp_path, saved(tiny_bundle, **changes))
    with pytest.raises(UsageError, match=said) as caught:
        build(tmp_path / "dist", bundle=tiny_bundle, config=config)
    assert "my_hospital" in str(caught.value)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"a": NaN}', '{"format": 1, "format": 2}', "[" * 5000])
def test_a_file_that_is_no_threshold_is_said_plainly(text: str, tiny_bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"my_hospital\.json is (no threshold|empty)"):
        build(tmp_path / "dist", bundle=tiny_bundle, config=site_with(tmp_path, text))


def test_two_files_of_one_name_are_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    config = site_with(tmp_path, saved(tiny_bundle))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "my_hospital.json").write_text(json.dumps(saved(tiny_bundle)), "utf-8")
    config.write_text('own_points = ["my_hospital.json", "other/my_hospital.json"]\n', "utf-8")
    with pytest.raises(UsageError, match="two files are called my_hospital"):
        build(tmp_path / "dist", bundle=tiny_bundle, config=config)
