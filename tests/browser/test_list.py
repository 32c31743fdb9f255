"""The list of films: counts that show a kind alone, the latest, order, retry, removal."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import film, picture, png

REVOKED = """() => {
  window.urls = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (object) => { const url = createObjectURL.call(URL, object); window.urls.add(url); return url; };
  URL.revokeObjectURL = (url) => { window.urls.delete(url); revokeObjectURL.call(URL, url); };
}"""


def named(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def some_films() -> list[dict[str, Any]]:
    """Ruled out, indeterminate, two ruled in, refused, no picture."""
    return of_brightness({"low.png": 30, "middle.png": 78, "high.png": 150, "higher.png": 170})


def of_brightness(films: dict[str, int]) -> list[dict[str, Any]]:
    """Films by name and brightness, then one that is refused and one that is no picture."""
    return [
        *(named(name, png(film(brightness, 300, 360))) for name, brightness in films.items()),
        named("black.png", png(picture(150, 100, lambda x, y: 2))),
        named("letter.png", b"Dear colleague"),
    ]


def files_shown(visit: Visit) -> list[str]:
    found: list[str] = visit.page.locator("[data-testid=reading]:visible").evaluate_all(
        "all => all.map((one) => one.dataset.file)"
    )
    return found


def test_the_counts_show_each_kind_of_film_alone(visit: Open, numbers_address: str) -> None:
    page = visit(numbers_address).until_engine("ready")
    page.give(*some_films())
    page.readings(6)
    counts = page.page.locator(".count:visible")
    expect(counts).to_have_text(
        ["All 6", "Not pneumonia-like 1", "Pneumonia-like 2", "Indeterminate 1", "refused 1", "failed 1"]
    )
    page.page.get_by_role("radio", name="Pneumonia-like 2").check()
    assert files_shown(page) == ["high.png", "higher.png"]
    page.page.locator("#latest button").click()
    assert len(files_shown(page)) == 6, "what is jumped to is shown"
    expect(page.page.get_by_role("radio", name="All 6")).to_be_checked()
    expect(page.page.get_by_role("heading", name="letter.png")).to_be_focused()
    page.page.emulate_media(media="print")
    assert len(files_shown(page)) == 6


def test_the_likeliest_come_first_where_that_is_wanted(visit: Open, numbers_address: str) -> None:
    page = visit(numbers_address).until_engine("ready")
    page.give(*some_films())
    page.readings(6)
    came = files_shown(page)
    page.page.get_by_label("Order").select_option("probability")
    expected = ["higher.png", "high.png", "middle.png", "low.png", "black.png", "letter.png"]
    expect(page.page.get_by_test_id("reading").first).to_have_attribute("data-file", expected[0])
    assert files_shown(page) == expected
    page.give(named("highest.png", png(film(185, 300, 360))))
    expect(page.page.get_by_test_id("reading").first).to_have_attribute("data-file", "highest.png")
    page.page.get_by_label("Order").select_option("given")
    expect(page.page.get_by_test_id("reading").first).to_have_attribute("data-file", came[0])
    assert files_shown(page) == [*came, "highest.png"]


def test_a_film_that_failed_is_read_again_when_that_is_asked(visit: Open, numbers_address: str) -> None:
    page = visit(numbers_address).until_engine("ready")
    # A disk that cannot be read for a while.
    given = some_films()[:4]
    [worker] = page.page.workers
    for place in (page.page, worker):
        place.evaluate(
            """(names) => {
              const { arrayBuffer } = Blob.prototype;
              self.gone = new Set(names);
              Blob.prototype.arrayBuffer = function () {
                return self.gone.has(this.name) ? Promise.reject(new DOMException("gone", "NotReadableError")) : arrayBuffer.call(this);
              };
            }""",
            [film["name"] for film in given[:3]],
        )
    page.give(*given)
    assert [reading["status"] for reading in page.readings(4)] == ["error", "error", "error", "done"]
    for place in (page.page, worker):
        place.evaluate("() => self.gone.clear()")
    first = page.page.get_by_test_id("reading").first
    first.get_by_role("button", name="Retry").click()
    expect(first).to_have_attribute("data-status", "done")
    expect(first.get_by_role("button", name="Retry")).to_be_hidden()
    page.page.get_by_role("button", name="Retry failed").click()
    expect(page.page.locator("[data-testid=reading][data-status=done]")).to_have_count(4)
    expect(page.page.get_by_role("button", name="Retry failed")).to_be_hidden()
    assert "reason" not in page.readings(4)[1]


def test_removed_films_are_forgotten_and_give_everything_back(visit: Open, numbers_address: str) -> None:
    page = visit(numbers_address).until_engine("ready")
    page.page.evaluate(REVOKED)
    page.give(*some_films())
    page.readings(6)
    page.page.get_by_role("button", name="Remove middle.png").click()
    expect(page.page.locator("#announcement")).to_have_text("Removed: middle.png. Ctrl+Z brings back what was removed.")
    expect(page.page.get_by_role("button", name="Remove high.png")).to_be_focused()
    expect(page.page.locator("#summary")).to_have_text("5 of 5 done")
    page.page.locator("#clear").click()
    page.page.get_by_role("dialog").get_by_role("button", name="Keep them").click()
    expect(page.page.get_by_test_id("reading")).to_have_count(5)
    page.page.locator("#clear").click()
    page.page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.page.get_by_test_id("reading")).to_have_count(0)
    expect(page.page.locator(".results")).to_be_hidden()
    assert page.page.evaluate("window.urls.size") == 0
    page.give(*some_films()[:1])
    assert [reading["status"] for reading in page.readings(1)] == ["done"]
    assert page.problems == []


def test_films_removed_while_they_wait_or_are_read_hold_nothing_up(
    context: BrowserContext, numbers_address: str
) -> None:
    held: list[Route] = []
    holding = True
    context.route("**/*.bin", lambda route: held.append(route) if holding else route.continue_())
    page = Visit.to(context, numbers_address)
    page.give(*some_films()[:4])
    for name in ("low.png", "high.png"):  # the one that is being read, and one that waits
        page.page.get_by_role("button", name=f"Remove {name}").click()
    holding = False
    for route in held:
        route.continue_()
    assert [(one["file"], one["status"]) for one in page.readings(2)] == [
        ("middle.png", "done"),
        ("higher.png", "done"),
    ]
    expect(page.page.locator("#summary")).to_have_text("2 of 2 done")
    assert page.problems == []
