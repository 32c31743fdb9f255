"""`window.plainfilm`: what users' scripts may rely on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Open
from tests.tiny_bundle import OOD_THRESHOLD, expected, film

Films = dict[str, Path]


def test_scripts_can_classify_a_file(visit: Open, address: str, films: Films) -> None:
    page = visit(address)
    ready = page.page.evaluate("window.plainfilm.ready")
    assert ready == {"backend": page.engine.get_attribute("data-backend"), "model": "tiny"}
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", page.page.evaluate("window.plainfilm.version"))
    reading = page.classify(films["bright"])
    said = expected(film(150, 520, 600))
    assert reading.pop("milliseconds") > 0
    assert reading.pop("logit") == pytest.approx(said.logit, abs=1e-4)
    probabilities = {entry["class_name"]: entry["probability"] for entry in reading.pop("probabilities")}
    assert probabilities == pytest.approx({"NORMAL": said.probability[0], "PNEUMONIA": said.probability[1]}, abs=1e-5)
    assert reading.pop("probability") == pytest.approx(said.probability[1], abs=1e-5)
    assert reading.pop("ood_score") == pytest.approx(said.ood_score, abs=1e-5)
    assert re.fullmatch(
        r"Pneumonia-like\. Score \d\d\.\d\s%, above the balanced point 50\.0\s%", reading.pop("message")
    )
    assert reading == {
        "file": "bright.png", "status": "done", "label": "PNEUMONIA", "operating_point": "balanced", "threshold": 0.5, "reason": None,
        "backend": ready["backend"], "model": "tiny", "width": 520, "height": 600,
        "zone": None, "indeterminate_zone": None, "overridden": False, "seen": "", "expected": "", "frames": 1,
        "population": None, "by_population": [], "turn": None,
    }  # fmt: skip


def test_scripts_hear_of_a_refused_film_in_full(visit: Open, address: str, films: Films) -> None:
    reading = visit(address).classify(films["black"])
    assert (reading["status"], reading["reason"], reading["label"]) == ("refused", "not-a-chest-xray", "NORMAL")
    assert reading["ood_score"] > OOD_THRESHOLD
    assert len(reading["probabilities"]) == 2


def test_scripts_hear_of_an_unreadable_film_without_an_exception(visit: Open, address: str, films: Films) -> None:
    page = visit(address)
    assert (page.classify(films["cut"])["status"], page.classify(films["cut"])["reason"]) == ("error", "unreadable")
    nonsense = page.page.evaluate("window.plainfilm.classify('no picture at all')")
    assert (nonsense["status"], nonsense["reason"]) == ("error", "not-an-image")


def test_scripts_can_classify_an_image_bitmap_and_keep_it(visit: Open, address: str, films: Films) -> None:
    page = visit(address)
    whole = page.classify(films["dark"])
    again = page.page.evaluate(
        """async (bytes) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
          const reading = await window.plainfilm.classify(bitmap);
          return { ...reading, stillThere: bitmap.width };
        }""",
        list(films["dark"].read_bytes()),
    )
    assert again["stillThere"] == 640
    assert again["probability"] == whole["probability"]
