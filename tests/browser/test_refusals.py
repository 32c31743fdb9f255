"""Pictures that are refused by what they show: each with its reason, numbers and what to do; and read at the visitor's word."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import expect

from build_site.config import read_site_config
from build_site.site import build
from plainfilm.bundle import read_bundle
from tests.conftest import Open, Serve
from tests.shared import CHEST_XRAY, NOT_CHEST, REPOSITORY, needs_films
from tests.tiny_bundle import write_tiny_bundle
from training.films.phantom import from_the_side, thorax
from training.films.preprocessing import decode

Picture = npt.NDArray[np.uint8]

SHIPPED = REPOSITORY / "export" / "models" / read_site_config(REPOSITORY / "site_template" / "site.toml").bundles[0]
CHECKS = read_bundle(SHIPPED).metadata["film_checks"]


def mean_film() -> Picture:
    """The shipped network's mean training film, enlarged, with stripes for texture."""
    mean = Image.fromarray(np.array(CHECKS["mean_film"], np.float32).reshape(8, 8))
    levels = np.asarray(mean.resize((160, 150), Image.Resampling.BICUBIC), np.float32)
    stripes = np.sin(np.arange(150, dtype=np.float32))[:, np.newaxis]
    enlarged: Picture = np.clip(128 + 400 * levels + 8 * stripes, 0, 255).astype(np.uint8)
    return enlarged


UPRIGHT = mean_film()


def unlike_pair() -> Picture:
    """Two films on a white ground, darker above and paler below than the mean film: only the edge between them tells."""
    film = np.clip(64 + UPRIGHT / 2 + np.linspace(-160, 160, len(UPRIGHT))[:, np.newaxis], 0, 255).astype(np.uint8)
    return np.hstack([film, np.full((len(film), 6), 255, np.uint8), film])


def in_colour(picture: Picture, share: float) -> Picture:
    """RGB, with so much of it in red."""
    coloured = np.stack([picture] * 3, axis=-1)
    coloured[: round(len(picture) * share)] = (180, 60, 60)
    return coloured


def encoded(picture: Picture, kind: str = "PNG", **options: Any) -> dict[str, Any]:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, kind, **options)
    return {"mimeType": "", "buffer": buffer.getvalue()}


# Name → picture, reason, and what its sentence says of it.
REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "photo.png": (encoded(in_colour(UPRIGHT, 0.3)), "colour-photograph", "A good part of this picture is in colour"),
    "photo.tif": (
        encoded(in_colour(UPRIGHT, 0.2), "TIFF"),
        "colour-photograph",
        "A good part of this picture is in colour",
    ),
    "blank.png": (encoded(np.full((200, 200), 90, np.uint8)), "too-dark-or-blank", "almost one shade of grey"),
    "dark.png": (encoded(UPRIGHT // 20), "too-dark-or-blank", "almost one shade of grey"),
    "two.png": (encoded(np.hstack([UPRIGHT, UPRIGHT])), "several-films", "seems to hold 2 films"),
    "edge.png": (encoded(unlike_pair()), "several-films", "seems to hold 2 films"),
    "four.png": (encoded(np.tile(UPRIGHT, (2, 2))), "several-films", "seems to hold 4 films"),
    "small.png": (encoded(UPRIGHT[::2, ::2]), "too-small", "has 75 pixels, and the model looks at 128"),
}


@pytest.fixture(scope="module")
def checked_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose bundle checks films before its network reads them."""
    collage = {**CHECKS["collage"], "likeness_at_edge": 0.4}
    checks = {**CHECKS, "smallest_side": 128, "turned_share": 0.9, "collage": collage}
    bundle = write_tiny_bundle(tmp_path_factory.mktemp("checked"), film_checks=checks)
    return build(tmp_path_factory.mktemp("checked_site") / "dist", bundle=bundle).out


@pytest.fixture(params=["served", "standalone"])
def place(request: pytest.FixtureRequest, checked_site: Path, serve: Serve) -> str:
    """Its page in both of its forms."""
    return serve(checked_site) if request.param == "served" else (checked_site / "standalone.html").as_uri()


def test_every_refusal_says_what_was_seen_and_a_film_is_read(visit: Open, place: str) -> None:
    page = visit(place).until_engine("ready")
    good = {
        "film.png": encoded(UPRIGHT),
        "tinted.png": encoded(tinted(UPRIGHT)),
        "framed.png": encoded(framed(UPRIGHT)),
    }
    page.give(*({"name": name, **one} for name, one in good.items()))
    page.give(*({"name": name, **one} for name, (one, _, _) in REFUSED.items()))
    readings = page.readings(len(good) + len(REFUSED))
    found = [(reading["file"], reading["status"], reading.get("reason")) for reading in readings]
    assert found == [(name, "done", None) for name in good] + [
        (name, "refused", reason) for name, (_, reason, _) in REFUSED.items()
    ]
    assert all("probability" not in reading for reading in readings[len(good) :])
    cards = page.page.get_by_test_id("reading")
    for index, (_, _, sentence) in enumerate(REFUSED.values(), start=len(good)):
        expect(cards.nth(index).locator(".verdict")).to_contain_text(sentence)
    for name, counted in {
        "photo.png": "in colour: 30\u00a0% of the picture (at most",
        "blank.png": "grey levels: 0 of 255 (at least 16)",
    }.items():
        expect(page.page.locator(f"[data-file='{name}'] .details")).to_contain_text(counted)
    assert page.problems == []


def tinted(picture: Picture) -> Picture:
    """As a scanner or a camera tints a film."""
    return np.stack([picture * share for share in (1.0, 0.93, 0.83)], axis=-1).astype(np.uint8)


def framed(picture: Picture) -> Picture:
    return np.pad(picture, 12, constant_values=255)


def test_a_film_that_only_looks_turned_is_read_where_the_gate_does_not_find_it_nearer_turned_back(
    visit: Open, checked_site: Path, serve: Serve
) -> None:
    page = visit(serve(checked_site)).until_engine("ready")
    # The mean brightness is all that the tiny gate looks at, and no turn changes it.
    page.give({"name": "turned.png", **encoded(np.ascontiguousarray(np.rot90(UPRIGHT, 2)))})
    assert [reading["status"] for reading in page.readings(1)] == ["done"]


@needs_films
def test_a_real_film_is_read_and_its_negative_and_turns_are_named(
    visit: Open, serve: Serve, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = visit(serve(build(tmp_path_factory.mktemp("shipped") / "dist").out)).until_engine("ready")
    real = decode(min((CHEST_XRAY / "val" / "NORMAL").iterdir()))
    turned = {
        "inverted": 255 - real, "upside-down": real[::-1, ::-1], "sideways": np.rot90(real), "several-films": np.hstack([real, real])
    }  # fmt: skip
    page.give({"name": "film.jpeg", **encoded(real, "JPEG")})
    page.give(*({"name": name, **encoded(np.ascontiguousarray(one), "JPEG")} for name, one in turned.items()))
    assert [reading.get("reason") for reading in page.readings(1 + len(turned))] == [None, *turned]
    cards = page.page.get_by_test_id("reading")
    expect(cards.nth(1).locator(".verdict")).to_contain_text("If this is a frontal chest film, it is a negative")
    expect(cards.nth(4).locator(".turn")).to_be_hidden()
    upright = float(cards.first.get_attribute("data-probability") or "")
    words = ("Swap black and white and read", "Turn and read", "Turn and read")
    for number, (name, word, turn) in enumerate(
        zip(turned, words, ("inverted", "upside-down", "anticlockwise"), strict=False), start=1
    ):
        card = cards.nth(number)
        card.get_by_role("button", name=word).click()
        expect(card).to_have_attribute("data-status", "done")
        expect(card).to_have_attribute("data-turn", turn)
        assert float(card.get_attribute("data-probability") or "") == pytest.approx(upright, abs=0.02), name
        expect(card.locator(".notes")).to_contain_text("by this page before it was read, on request")
        card.scroll_into_view_if_needed()
        expect(card.locator("img")).to_have_js_property("naturalWidth", real.shape[1])
    anticlockwise = {"name": "other.jpeg", **encoded(np.ascontiguousarray(np.rot90(real, -1)), "JPEG")}
    page.give(anticlockwise)
    assert page.readings(6)[5]["reason"] == "sideways"


@pytest.mark.skipif(not NOT_CHEST.is_dir(), reason="pictures that are not chests are in ../shared/data/not_chest")
def test_what_is_no_chest_is_never_called_a_turned_one(visit: Open, serve: Serve, tmp_path: Path) -> None:
    page = visit(serve(build(tmp_path / "dist").out)).until_engine("ready")
    kinds = sorted(folder for folder in NOT_CHEST.iterdir() if folder.is_dir())
    pictures = [
        one
        for kind in kinds
        for one in sorted(kind.iterdir())[:3]
        if "dental" in kind.name or one.stem.endswith(("1", "5"))
    ]
    page.give(*pictures)
    reasons = {reading["file"]: reading.get("reason") for reading in page.readings(len(pictures))}
    assert not {"inverted", "upside-down", "sideways"} & set(reasons.values()), reasons


def test_a_film_that_lies_on_its_head_is_turned_and_read_and_marked(visit: Open, serve: Serve, tmp_path: Path) -> None:
    # The tiny gate sees the mean brightness alone, which a turn leaves as it is but for the last digits: of several films some are nearer.
    checks = {**CHECKS, "turned_share": 1}
    gate = {"threshold": 0.42, "within": 0.42, "kept_fraction": 1.0, "method": "any"}
    bundle = write_tiny_bundle(tmp_path, film_checks=checks, ood=gate)
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("ready")
    films = {
        f"{level}.png": np.ascontiguousarray(np.clip(UPRIGHT[::-1, ::-1] + np.int16(level), 0, 255).astype(np.uint8))
        for level in range(0, 32, 4)
    }
    page.give(*({"name": name, **encoded(one)} for name, one in films.items()))
    page.readings(len(films))
    card = page.page.locator("[data-testid=reading][data-reason=upside-down]").first
    name = card.get_attribute("data-file") or ""
    card = page.page.locator(f'[data-testid=reading][data-file="{name}"]')
    expect(card.locator(".verdict")).to_have_text(
        "If this is a frontal chest film, it is upside down. As it is, it is not read."
    )
    card.get_by_role("button", name="Full view").click()
    page.page.locator("#full-view").get_by_role("button", name="Turn and read").click()
    expect(page.page.locator("#full-view .notes")).to_have_text("Turned by this page before it was read, on request.")
    expect(page.page.locator("#full-view").get_by_role("button", name="Turn and read")).to_be_hidden()
    page.page.keyboard.press("Escape")
    expect(card).to_have_attribute("data-turn", "upside-down")
    shown = card.locator("img").evaluate(
        """async image => {
          await image.decode();
          const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
          canvas.getContext("2d").drawImage(image, 0, 0);
          return [...canvas.getContext("2d").getImageData(0, 0, 160, 150).data.filter((_, at) => at % 4 === 0)];
        }"""
    )
    assert shown == films[name][::-1, ::-1].ravel().tolist()
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="JSON").click()
    records = {one["file"]: one for one in json.loads(Path(download.value.path()).read_text("utf-8"))["readings"]}
    assert records[name]["turn"] == "upside-down"
    assert page.problems == []


def test_a_film_from_the_side_is_refused_as_lateral_and_read_at_the_visitors_word(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    site = build(tmp_path / "dist", bundle=write_tiny_bundle(tmp_path, lateral=True)).out
    page, rng = visit(serve(site)).until_engine("ready"), np.random.default_rng(3)
    side, frontal = from_the_side(rng, 300, 260), thorax(rng, False, 300, 360)
    shown = {"side.png": side, "mirrored.png": np.ascontiguousarray(side[:, ::-1]), "frontal.png": frontal}
    page.give(*({"name": name, **encoded(film)} for name, film in shown.items()))
    found = [(one["file"], one["status"], one.get("reason")) for one in page.readings(3)]
    assert found == [
        ("side.png", "refused", "lateral"), ("mirrored.png", "refused", "lateral"), ("frontal.png", "done", None)
    ]  # fmt: skip
    card = page.page.get_by_test_id("reading").first
    expect(card.locator(".verdict")).to_contain_text("seems to be taken from the side")
    card.get_by_role("button", name="Read anyway").click()
    expect(card).to_have_attribute("data-status", "done")
    expect(card).to_have_attribute("data-overridden", "")
    expect(card).to_contain_text("Read on request")
    assert page.problems == []


def test_what_is_read_at_the_visitors_word_is_marked_in_every_export(
    visit: Open, checked_site: Path, serve: Serve
) -> None:
    page = visit(serve(checked_site)).until_engine("ready")
    page.give({"name": "small.png", **REFUSED["small.png"][0]}, {"name": "film.png", **encoded(UPRIGHT)})
    page.readings(2)
    page.page.get_by_role("button", name="Read anyway").click()
    card = page.page.get_by_test_id("reading").first
    expect(card).to_have_attribute("data-status", "done")
    expect(card).to_contain_text("Read on request")
    with page.page.expect_download() as download:
        page.page.click("#save-json")
    films = json.loads(download.value.path().read_text("utf-8"))["readings"]
    assert [(one["file"], one["overridden"], one["reason"]) for one in films] == [
        ("small.png", True, None),
        ("film.png", False, None),
    ]
    assert page.problems == []


def test_without_checks_in_its_bundle_a_site_reads_what_its_gate_lets_in(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.give({"name": "small.png", **REFUSED["small.png"][0]}, {"name": "photo.png", **REFUSED["photo.png"][0]})
    assert [reading["status"] for reading in page.readings(2)] == ["done", "done"]
