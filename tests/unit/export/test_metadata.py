"""metadata.json: when it was made, from what commit, and what it leaves with the run."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from export.metadata import write_metadata
from export.ood import Limit
from export.source import read_source
from plainfilm.errors import UsageError


def written(folder: Path, run: Path) -> dict[str, Any]:
    (folder / "model.json").write_text("{}")
    write_metadata(
        folder,
        "tiny",
        read_source(run, None).subject,
        "float16",
        Limit(12.5, 8.0, 0.99, "any"),
        None,
        {"least_range": 16},
    )
    document: dict[str, Any] = json.loads((folder / "metadata.json").read_text())
    return document


def test_it_is_written_before_anything_is_measured(finished_run: Path, tmp_path: Path) -> None:
    document = written(tmp_path, finished_run)
    assert document["quantisation"] is None
    assert [entry["path"] for entry in document["files"]] == ["model.json"]


def test_what_the_schema_has_no_place_for_stays_with_the_run(finished_run: Path, tmp_path: Path) -> None:
    [point, _] = written(tmp_path, finished_run)["operating_points"]
    assert "sensitivity_interval" in point
    assert "accuracy" not in point, "evaluation.json has it, the schema has not"


def test_which_class_is_read_as_which_is_told_of_three_classes_alone(finished_run: Path, tmp_path: Path) -> None:
    rows = [
        {"split": "test", "label": label, "read_as": read, "n": n, "share": n / 9}
        for n, (label, read) in enumerate(product("ABC", repeat=2))
    ]
    subject = read_source(finished_run, None).subject
    for names, kept in ((["A", "B", "C"], True), (["A", "B"], False)):
        of_names = dataclasses.replace(
            subject,
            class_names=names,
            positive_class="A",
            evaluation={**subject.evaluation, "confusion_matrix": rows},
        )
        (tmp_path / "model.json").write_text("{}")
        write_metadata(tmp_path, "tiny", of_names, "float16", None, None, {})
        found = json.loads((tmp_path / "metadata.json").read_text()).get("confusion_matrix")
        assert found == ([{key: row[key] for key in row if key != "share"} for row in rows] if kept else None)


def test_the_moment_is_now_in_utc_unless_asked_otherwise(
    finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.now().astimezone()
    created = written(tmp_path, finished_run)["provenance"]["created"]
    assert abs((datetime.fromisoformat(created) - before).total_seconds()) < 60
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert written(tmp_path, finished_run)["provenance"]["created"] == "1970-01-01T00:00:00Z"


def test_a_moment_that_is_none_is_refused(finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        written(tmp_path, finished_run)
