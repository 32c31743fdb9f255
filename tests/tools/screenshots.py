"""`make screenshots`: every state of the page, in three sizes and both themes, to be looked at; a few of them for the README.

Real films never enter the repository, so the page is shown with phantoms, and with the network of configs/smoke.toml, which
learned to tell them apart: the whole way once, in a minute.
"""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Route, sync_playwright

from build_site.serve import server
from build_site.site import build
from tests.browser.browsers import launch
from tests.browser.film_files import given, packed
from tests.browser.states import two_in_the_table
from tests.browser.visit import Visit
from tests.command import run
from tests.shared import REPOSITORY
from training.films.arrays import Grey
from training.films.phantom import thorax

ALL = REPOSITORY / "tests" / "browser" / "screenshots"  # git ignores it
CHOSEN = REPOSITORY / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 1000)}
Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")
# For the README.
CHOICE = (
    "read-desktop-dark",
    "many-phone-light",
    "full-view-phone-dark",
    "students-desktop-light",
    "model-card-tablet-light",
)
MANY = 80
LABELLED, CLASSES = 32, (("NORMAL", False), ("PNEUMONIA", True))


def main() -> None:
    """Writes all into tests/browser/screenshots/, the chosen ones into docs/screenshots/ as well."""
    for old in ALL.glob("*.png"):
        old.unlink()
    ALL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        here = Path(temporary)
        site = build_site_of_phantoms(here)
        films = draw_films(here)
        with server(site) as running:
            threading.Thread(target=running.serve_forever, daemon=True).start()
            browser = launch(playwright)
            for size in SIZES:
                for theme in THEMES:
                    photograph(browser, f"http://127.0.0.1:{running.server_port}/", films, size, theme)
            browser.close()
            running.shutdown()
    CHOSEN.mkdir(parents=True, exist_ok=True)
    for name in CHOICE:
        save_small(Image.open(ALL / f"{name}.png").convert("RGB"), CHOSEN / f"{name}.webp")
    print(f"wrote {len(list(ALL.iterdir()))} pictures into {ALL} and {len(CHOICE)} into {CHOSEN}; look at them")


def save_small(picture: Image.Image, path: Path) -> None:
    """Without loss where that takes less, as of a page without films: every clone takes these pictures along."""
    buffers = [io.BytesIO(), io.BytesIO()]
    picture.save(buffers[0], "WEBP", lossless=True, quality=100, method=6)
    picture.save(buffers[1], "WEBP", quality=80, method=6)
    path.write_bytes(min((buffer.getvalue() for buffer in buffers), key=len))


def photograph(browser: Browser, address: str, films: list[Path], size: str, theme: Theme) -> None:
    """Takes a picture of every state in one size and theme."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce",
        device_scale_factor=2 if size == "phone" else 1,
    )  # fmt: skip
    holding = True
    held: list[Route] = []
    context.route("**/*.bin", lambda route: held.append(route) if holding else route.continue_())
    visit = Visit.to(context, address)

    def take(state: str, *, whole: bool = False) -> None:
        visit.page.wait_for_timeout(300)  # pictures are decoded and drawn after the page says so
        visit.page.screenshot(path=ALL / f"{state}-{size}-{theme}.png", full_page=whole)

    take("loading")
    holding = False
    for route in held:
        route.continue_()
    visit.until_engine("ready")
    for state in states(visit, films):
        take(state)
    for page in ("model-card", "about"):
        visit.page.goto(f"{address}{page}.html")
        take(page)
        take(f"{page}-whole", whole=True)
    context.close()
    if visit.problems:
        print(f"{size}, {theme}: {visit.problems}")


def states(visit: Visit, films: list[Path]) -> Iterator[str]:
    """Brings the page from one state to the next; yields the name of each."""
    page = visit.page
    readings = page.get_by_test_id("reading")
    yield "ready"
    visit.give(films[0])
    visit.readings(1)
    yield "one"
    visit.give(*films[1:])
    visit.readings(len(films))
    page.evaluate("scrollTo(0, 0)")
    yield "read"
    readings.nth(2).scroll_into_view_if_needed()
    yield "refused"
    readings.last.scroll_into_view_if_needed()
    yield "failed"
    page.evaluate("scrollTo(0, 0)")
    page.locator("#heatmap").check()
    page.locator("canvas:visible").first.wait_for()
    yield "heat-map"
    page.locator(".stage").nth(1).focus()
    page.keyboard.press("f")
    page.get_by_role("dialog", name="Full view").wait_for()
    yield "full-view"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#viewer-keys").wait_for()
    yield "viewer-keys"
    page.keyboard.press("Escape")
    page.locator("#heatmap").uncheck()
    yield from two_in_the_table(page)
    page.locator("#numbers > summary").click()
    page.locator("#numbers > summary").scroll_into_view_if_needed()
    yield "operating-points"
    page.locator("#numbers > summary").click()
    page.locator("#diagnostics").evaluate("button => button.click()")
    yield "diagnostics"
    page.keyboard.press("Escape")
    page.locator("#clear").click()
    yield "remove-all"
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    readings.first.wait_for(state="detached")
    many = [
        {"name": f"phantom-{i + 1:03}.png", "mimeType": "image/png", "buffer": films[i % 2].read_bytes()}
        for i in range(MANY)
    ]
    visit.give(*many)
    page.locator("#overview").scroll_into_view_if_needed()
    visit.readings(MANY // 2)
    page.locator("#stop").click()
    yield "stopped"
    page.locator("#start").click()
    visit.readings(MANY)
    page.evaluate("scrollTo(0, 1600)")
    yield "many"
    page.locator("#thresholds > summary").click()
    page.locator("#thresholds").scroll_into_view_if_needed()
    page.locator("#threshold").wait_for()
    page.locator("#thresholds").evaluate("section => section.scrollIntoView()")
    yield "students"
    yield from measured(visit)


def measured(visit: Visit) -> Iterator[str]:
    """Labelled phantoms in folders, offered to be measured, and what was measured."""
    page, rng = visit.page, np.random.default_rng(5)
    page.locator("#clear").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    films = {
        f"ours/{label}/{index}.png": thorax(rng, ill, 200, 240) for index in range(LABELLED) for label, ill in CLASSES
    }
    visit.give(given("films.zip", packed({name: png_of(film) for name, film in films.items()})))
    visit.readings(len(films))
    page.evaluate("scrollTo(0, 0)")
    yield "measure-offer"
    page.get_by_role("button", name="Measure it here").click()
    page.locator(".measured-waiting:empty").wait_for(state="attached")
    page.get_by_test_id("measured-figures").wait_for()
    page.get_by_test_id("measured").scroll_into_view_if_needed()
    yield "measured"


def png_of(film: Grey) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(film).save(buffer, "PNG")
    return buffer.getvalue()


def build_site_of_phantoms(folder: Path) -> Path:
    """Trains, exports and builds."""
    run("training", "fit", "smoke", cwd=folder)
    run("training", "evaluate", "runs/smoke", cwd=folder)
    run("export", "runs/smoke", "--out", "models", cwd=folder)
    return build(folder / "dist", bundle=folder / "models" / "smoke").out


def draw_films(folder: Path) -> list[Path]:
    """Two phantoms, without and with an opacity; what is refused; what is not a picture."""
    rng = np.random.default_rng(4)
    paths = [folder / name for name in ("phantom-clear.png", "phantom-opacity.png", "black.png", "letter.png")]
    for path, opacity in zip(paths, (False, True), strict=False):
        Image.fromarray(thorax(rng, opacity, 700, 850)).save(path)
    Image.fromarray(np.zeros((700, 850), np.uint8)).save(paths[2])
    paths[3].write_text("Dear colleague, please find enclosed", "utf-8")
    return paths


if __name__ == "__main__":
    main()
