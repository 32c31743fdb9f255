"""What the page says of a film, in a real browser with the real engine and the tiny network."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from build_site.site import build
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.tiny_bundle import TEMPERATURE, expected, film, operating_point, png, write_tiny_bundle

Films = dict[str, Path]


def test_a_film_is_read_as_plain_python_reads_it(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    page.give(films["bright"], films["dark"])
    bright, dark = page.readings(2)
    for reading, brightness, size, label in ((bright, 150, (520, 600), "PNEUMONIA"), (dark, 60, (640, 520), "NORMAL")):
        said = expected(film(brightness, *size))
        assert reading["status"] == "done"
        assert reading["label"] == label
        assert float(reading["probability"]) == pytest.approx(said.probability[1], abs=1e-5)
        assert float(reading["oodScore"]) == pytest.approx(said.ood_score, abs=1e-5)
    assert [bright["file"], dark["file"]] == ["bright.png", "dark.png"]
    assert "zone" not in bright, "this bundle has no screening and rule-in points"
    assert page.problems == []


def test_of_two_classes_the_positive_one_has_the_only_bar_and_no_film_is_called_normal(
    visit: Open, address: str, films: Films
) -> None:
    page = visit(address).until_engine("ready")
    page.give(films["bright"], films["dark"])
    page.readings(2)
    for card, brightness, size in zip(
        page.page.get_by_test_id("reading").all(), (150, 60), ((520, 600), (640, 520)), strict=True
    ):
        share = f"{100 * expected(film(brightness, *size)).probability[1]:.1f}\u00a0%"
        expect(card.locator(".class-row")).to_have_count(1)
        expect(card.locator(".class-row dt")).to_have_text("pneumonia")
        expect(card.locator(".class-row .share")).to_have_text(share)
        expect(card.locator(".score")).to_contain_text(share)
        assert not re.search(r"\bnormal\b", card.locator(".said").inner_text())
    expect(page.page.locator(".verdict")).to_have_text(["Pneumonia-like", "Not pneumonia-like"])
    expect(page.page.locator("#announcement")).to_contain_text("dark.png: Not pneumonia-like. Score ")


def test_what_cannot_be_read_says_why_and_stops_nothing(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    page.give(*(films[name] for name in ("notes", "empty", "cut", "black", "bright")))
    readings = page.readings(5)
    assert [(reading["status"], reading.get("reason")) for reading in readings] == [
        ("error", "not-an-image"),
        ("error", "empty"),
        ("error", "unreadable"),
        ("refused", "not-a-chest-xray"),
        ("done", None),
    ]
    cards = page.page.get_by_test_id("reading")
    expect(cards.nth(0)).to_contain_text("DICOM, JPEG, PNG, TIFF, BMP and WebP can.")
    expect(cards.nth(1)).to_contain_text("This file is empty (0 bytes). Save or download it again.")
    expect(cards.nth(2)).to_contain_text("Save it again as JPEG or PNG.")
    expect(cards.nth(3)).to_contain_text("does not look like")
    expect(cards.nth(3).locator("dd")).to_have_count(0)
    assert page.problems == []


def test_beside_every_result_stand_the_warning_and_the_measured_operating_point(
    visit: Open, address: str, films: Films
) -> None:
    page = visit(address).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    card = page.page.get_by_test_id("reading")
    expect(card).to_contain_text("not a medical device")
    expect(card).to_contain_text("children of one to five years, one hospital in Guangzhou")
    expect(card).to_contain_text(
        re.compile(r"sensitivity 95\.1\s%\s\(92\.8–97\.2\), specificity 87\.2\s%.*624 test films")
    )
    expect(card.locator(".verdict")).to_have_text("Pneumonia-like")


def test_a_class_read_below_50_percent_names_the_threshold_that_decided(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    bundle = write_tiny_bundle(tmp_path, operating_points=[operating_point("sensitive", 0.3, 0.98, 0.73)])
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("ready")
    for name, brightness in (("unlikely.png", 78), ("likely.png", 144)):
        (tmp_path / name).write_bytes(png(film(brightness, 520, 600)))
        page.give(tmp_path / name)
    page.readings(2)
    share = expected(film(78, 520, 600)).probability[1] * 100
    assert 30 < share < 50
    expect(page.page.locator(".verdict")).to_have_text(["Pneumonia-like", "Pneumonia-like"])
    expect(page.page.locator(".score").first).to_have_text(
        f"Score {share:.1f}\u00a0%, above the sensitive point 30.0\u00a0%"
    )


def test_a_film_between_screening_and_rule_in_is_indeterminate_and_the_page_says_how_the_model_travels(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    thresholds = {"balanced": 0.45, "screening": 0.3, "rule-in": 0.7}
    points = [operating_point(name, threshold) for name, threshold in thresholds.items()]
    measured = {"auroc": 0.81, "sensitivity": 0.7, "specificity": 0.75, "ece": 0.2}
    bundle = write_tiny_bundle(
        tmp_path,
        operating_points=points,
        splits=[{"name": "external_adults", "title": "films of adults", "n": 150}],
        evaluation=[
            {"metric": metric, "value": value, "low": value - 0.05, "high": value + 0.05, "n": 150, "split": split}
            for split in ("test", "external_adults")
            for metric, value in measured.items()
        ],
    )
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("ready")
    for brightness in (40, 78, 150):
        (tmp_path / f"{brightness}.png").write_bytes(png(film(brightness, 520, 600)))
        page.give(tmp_path / f"{brightness}.png")
    readings = page.readings(3)
    assert [reading["zone"] for reading in readings] == ["ruled-out", "indeterminate", "ruled-in"]
    share = expected(film(78, 520, 600)).probability[1] * 100
    assert 30 < share < 45
    assert [reading["label"] for reading in readings] == ["NORMAL", "NORMAL", "PNEUMONIA"]
    expect(page.page.locator(".verdict")).to_have_text(["Not pneumonia-like", "Indeterminate", "Pneumonia-like"])
    expect(page.page.locator(".score").nth(1)).to_have_text(
        f"Score {share:.1f}\u00a0%, between the screening point 30.0\u00a0% and the strict point 70.0\u00a0%. "
        "By the balanced point alone: Not pneumonia-like"
    )
    colours = page.page.locator(".verdict").evaluate_all("all => all.map(one => getComputedStyle(one).color)")
    assert len(set(colours)) == 3, "an indeterminate reading has the colour of neither"
    page.page.get_by_role("button", name="Full view").nth(1).click()
    full = page.page.locator("#full-view .said")
    expect(full.locator(".verdict")).to_have_text("Indeterminate")
    page.page.set_viewport_size({"width": 390, "height": 800})
    expect(full.locator(".score")).to_contain_text(f"Score {share:.1f}\u00a0%")
    page.page.keyboard.press("Escape")
    travel = re.compile(
        r"External evaluation, on 150 films of adults: AUROC 0\.810 \(0\.760–0\.860\), sensitivity 70\.0\s%"
    )
    expect(page.page.get_by_test_id("reading").first).to_contain_text(travel)
    expect(page.page.locator("[data-about]")).to_contain_text(travel)
    reading = page.classify(tmp_path / "78.png")
    assert (reading["zone"], reading["indeterminate_zone"]) == ("indeterminate", {"from": 0.3, "to": 0.7})
    assert page.problems == []


def test_stop_halts_the_queue_and_start_reads_the_rest(
    visit: Open, context: BrowserContext, address: str, tmp_path: Path
) -> None:
    held: list[Route] = []  # weights that do not arrive, so that no film is read before Stop is pressed
    stopped = False
    context.route("**/*.bin", lambda route: route.continue_() if stopped else held.append(route))
    page = visit(address)
    files = []
    for index in range(40):
        files.append(tmp_path / f"{index}.png")
        files[-1].write_bytes(png(film(100 + index)))
    page.give(*files)
    page.page.get_by_role("button", name="Stop").click()
    stopped = True
    for route in held:
        route.continue_()
    page.until_engine("ready")
    cards = page.page.get_by_test_id("reading")
    expect(cards).to_have_count(40)
    expect(page.page.get_by_role("button", name="Start")).to_be_enabled()
    expect(page.page.get_by_role("button", name="Stop")).to_be_disabled()
    statuses = set(cards.evaluate_all("all => all.map(one => one.dataset.status)"))
    assert statuses & {"queued", "cancelled"}
    assert "running" not in statuses
    page.page.get_by_role("button", name="Start").click()
    assert {reading["status"] for reading in page.readings(40)} == {"done"}
    expect(page.page.locator("#start")).to_be_hidden()
    assert page.problems == []


def test_the_heat_map_is_drawn_over_the_part_that_was_seen(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    canvas = page.page.get_by_test_id("reading").locator("canvas")
    expect(canvas).to_be_hidden()
    page.page.get_by_label("Show heat map").check()
    expect(canvas).to_be_visible()
    said = expected(film(150, 520, 600))
    rows, columns = len(said.heatmap), len(said.heatmap[0])
    alphas = canvas.evaluate(
        """(canvas, [rows, columns]) => {
          const [across, down] = [canvas.width / columns, canvas.height / rows];
          const alpha = (x, y) => canvas.getContext("2d").getImageData(x, y, 1, 1).data[3];
          return Array.from({ length: rows * columns }, (_, at) =>
            alpha(Math.floor((at % columns + 0.5) * across), Math.floor((Math.floor(at / columns) + 0.5) * down)));
        }""",
        [rows, columns],
    )
    wanted = [round(255 * value) for row in said.heatmap for value in row]
    assert max(abs(a - b) for a, b in zip(alphas, wanted, strict=True)) <= 1
    image, over = page.page.get_by_test_id("reading").locator("img").bounding_box(), canvas.bounding_box()
    assert image is not None
    assert over is not None
    assert over["width"] == pytest.approx(image["width"], abs=1)
    assert over["height"] == pytest.approx(image["width"], abs=1)
    assert over["y"] - image["y"] == pytest.approx((image["height"] - image["width"]) / 2, abs=1)
    page.page.get_by_label("Show heat map").uncheck()
    expect(canvas).to_be_hidden()


def test_heat_maps_have_one_scale_for_every_film_and_fade_below_the_threshold(
    visit: Open, serve: Serve, films: Films, tmp_path: Path
) -> None:
    bright, dark = expected(film(150, 520, 600)), expected(film(60, 640, 520))
    scale = 2 * bright.peak
    bundle = write_tiny_bundle(tmp_path, heat_scale=scale)
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("ready")
    page.give(films["bright"], films["dark"])
    page.readings(2)
    page.page.get_by_label("Show heat map").check()
    cards = page.page.get_by_test_id("reading")
    expect(cards.nth(1).locator("canvas")).to_be_visible()
    most = "canvas => Math.max(...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((_, at) => at % 4 === 3))"
    # 0.5 of its scale; the dark film's part of the scale, times its score as a part of the threshold.
    for card, said, fade in ((cards.nth(0), bright, 1), (cards.nth(1), dark, dark.probability[1] / 0.5)):
        assert card.locator("canvas").evaluate(most) == pytest.approx(255 * said.peak / scale * fade, abs=2)
    legend = cards.nth(0).locator(".heat-legend")
    expect(legend).to_contain_text("how much a place speaks for pneumonia")
    times = math.exp(scale / TEMPERATURE)
    expect(legend).to_contain_text(f"makes the odds {times:.1f} times as high, or more; on every film alike")
    page.page.get_by_label("Show heat map").uncheck()
    expect(legend).to_be_hidden()


def test_the_keyboard_reaches_the_files_and_results_are_announced(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    for name in ("Plainfilm", "Model card", "About"):
        page.page.keyboard.press("Tab")
        expect(page.page.get_by_role("link", name=name, exact=True)).to_be_focused()
    page.page.keyboard.press("Tab")
    expect(page.page.locator(".languages summary")).to_be_focused()
    page.page.keyboard.press("Tab")
    expect(page.page.locator("#files")).to_be_focused()
    page.give(films["bright"])
    expect(page.page.locator("#announcement")).to_contain_text("bright.png: Pneumonia-like. Score ")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_cut_off_at_any_width(context: BrowserContext, address: str, films: Films, width: int) -> None:
    page = Visit.to(context, address).until_engine("ready")
    page.page.set_viewport_size({"width": width, "height": 800})
    page.give(*films.values())
    page.readings(len(films))
    overflow = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
