"""Everyone can use the page: by axe-core in every state, by keyboard alone, small, large, in few colours and at rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import film, png

Films = dict[str, Path]
Look = dict[str, object]

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS: dict[str, Look] = {
    "dark desktop": {"viewport": DESKTOP, "color_scheme": "dark"},
    "light desktop": {"viewport": DESKTOP, "color_scheme": "light"},
    "dark phone": {"viewport": PHONE, "color_scheme": "dark"},
    "light phone": {"viewport": PHONE, "color_scheme": "light"},
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_ALL = """() => {
  const behind = document.querySelector("#behind");
  if (behind?.ariaExpanded === "false" && behind.checkVisibility()) behind.click();
  for (const area of document.querySelectorAll("details")) area.open = true;
}"""

# What is pressed, and how large it is, with the label that is pressed in its place. Links within a sentence may be small.
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !(one.matches("a") && [...one.parentNode.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")))
  .filter((one) => ![one, ...(one.labels ?? [])].some((part) => {
    const { width, height } = part.getBoundingClientRect();
    return width >= 24 && height >= 24;
  }))
  .map((one) => one.outerHTML.slice(0, 120))"""
# Pictures near the view are there, and the page is laid out with them.
SETTLED = "new Promise((go) => requestAnimationFrame(() => go([...document.images].every((image) => image.complete))))"
MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
  return /[1-9]/.test(transitionDuration) || animationName !== "none" || scrollBehavior === "smooth";
}).map((one) => one.outerHTML.slice(0, 100))"""
# Everything that the keyboard comes to is seen when it is there: two frames later, for the first may bring rows above it into being.
HIDDEN_FOCUS = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const one = document.activeElement;
  if (one === document.body) return null;
  const { left, top, width, height } = (one.labels?.length ? one.labels[0] : one).getBoundingClientRect();
  const inside = top >= 0 && left >= 0 && top + Math.min(height, 24) <= innerHeight && left + Math.min(width, 24) <= innerWidth + 1;
  const over = document.elementFromPoint(left + Math.min(width / 2, 12), top + Math.min(height / 2, 12));
  const free = over === null || one.contains(over) || over.contains(one) || over.closest("label")?.control === one;
  return inside && free ? null : `${one.outerHTML.slice(0, 120)} at ${left},${top} under ${over?.outerHTML.slice(0, 80)}`;
}"""


@pytest.fixture(scope="module")
def every_kind(films: Films, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Films of every outcome: ruled in, ruled out, indeterminate, refused, no picture, cut."""
    folder = tmp_path_factory.mktemp("every kind")
    made = []
    for brightness in (30, 78, 150):
        made.append(folder / f"{brightness}.png")
        made[-1].write_bytes(png(film(brightness, 300, 360)))
    return [*made, films["black"], films["notes"], films["cut"]]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_any_state(browser: Browser, numbers_page: str, every_kind: list[Path], look: str) -> None:
    context = browser.new_context(**LOOKS[look])  # type: ignore[arg-type]
    held: list[Route] = []
    holding = True
    context.route("**/*.bin", lambda route: held.append(route) if holding else route.continue_())
    visit = Visit.to(context, numbers_page)
    page = visit.page
    found: dict[str, dict[str, list[str]]] = {}

    def look_at(state: str) -> None:
        if broken := violations(page):
            found[state] = broken

    if numbers_page.startswith("http"):
        look_at("loading")
        visit.give(*every_kind)
        look_at("waiting for the engine")
        page.locator("#stop").click()
        look_at("stopped")
        holding = False
        for route in held:
            route.continue_()
        visit.until_engine("ready")
        look_at("ready and stopped")
        page.locator("#start").click()
    else:
        visit.until_engine("ready")
        look_at("ready")
        visit.give(*every_kind)
    visit.readings(len(every_kind))
    look_at("read, refused and failed")
    page.get_by_test_id("reading").nth(3).get_by_role("button", name="Read anyway").click()
    expect(page.locator("[data-overridden]")).to_have_count(1)
    page.locator("#heatmap").check()
    expect(page.locator("canvas:visible").first).to_be_visible()
    look_at("heat map and a film that was read anyway")
    page.locator("[data-tool=window]:visible").first.click()
    look_at("window of a film")
    page.locator(".stage").first.focus()
    page.keyboard.press("f")
    expect(page.get_by_role("dialog", name="Full view")).to_be_visible()
    look_at("full view")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#viewer-keys")).to_be_visible()
    look_at("keys of the viewer")
    page.keyboard.press("Escape")
    page.get_by_text("Indeterminate 1", exact=True).check()
    expect(page.locator("[data-testid=reading]:visible")).to_have_count(1)
    look_at("one kind of film alone")
    page.evaluate(OPEN_ALL)
    expect(page.locator("#threshold")).to_be_visible()
    look_at("everything that opens is open")
    page.locator("#diagnostics").click()
    page.locator("#text-dialog").wait_for()
    look_at("dialog with a text")
    page.keyboard.press("Escape")
    page.locator("#clear").click()
    look_at("dialog with a question")
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.get_by_test_id("reading")).to_have_count(0)
    look_at("all removed")
    context.close()
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("look", ["dark desktop", "light phone"])
def test_axe_finds_nothing_when_the_engine_fails(
    browser: Browser, numbers_address: str, every_kind: list[Path], look: str
) -> None:
    context = browser.new_context(**LOOKS[look])  # type: ignore[arg-type]
    context.route("**/*.bin", lambda route: route.abort())
    visit = Visit.to(context, numbers_address).until_engine("failed")
    visit.give(*every_kind)
    visit.readings(len(every_kind))
    visit.page.evaluate(OPEN_ALL)
    assert violations(visit.page) == {}
    context.close()


@pytest.mark.parametrize("look", ["dark desktop", "light phone"])
def test_axe_finds_nothing_on_the_other_pages(
    browser: Browser, numbers_site: Path, numbers_address: str, look: str
) -> None:
    context = browser.new_context(**LOOKS[look])  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    others = [path for path in numbers_site.glob("*.html") if path.stem not in ("index", "standalone")]
    assert others
    for path in others:
        page.goto(numbers_address + path.name)
        page.evaluate(OPEN_ALL)
        found[path.name] = [violations(page), page.evaluate(SMALL_TARGETS), max(page.evaluate(OVERFLOW), 0)]
    context.close()
    assert all(broken == [{}, [], 0] for broken in found.values()), json.dumps(found, indent=1)


def opened(visit: Visit, films: list[Path]) -> Page:
    """The page after reading, with everything open that opens."""
    visit.until_engine("ready").give(*films)
    visit.readings(len(films))
    page = visit.page
    page.locator("#heatmap").check()
    expect(page.locator("canvas:visible").first).to_be_visible()
    page.evaluate(OPEN_ALL)
    expect(page.locator("#threshold")).to_be_visible()
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_every_target_is_large_enough_to_press(
    visit: Open, numbers_address: str, every_kind: list[Path], width: int
) -> None:
    page = opened(visit(numbers_address), every_kind)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize(("width", "text"), [(320, 100), (640, 100), (1280, 200)])
def test_nothing_needs_sideways_scrolling_however_large_the_text(
    visit: Open, numbers_address: str, every_kind: list[Path], width: int, text: int
) -> None:
    """320 pixels are a window of 1280 at 400 %, 640 one at 200 %."""
    page = opened(visit(numbers_address), every_kind)
    page.set_viewport_size({"width": width, "height": 700})
    page.evaluate("text => document.documentElement.style.setProperty('font-size', `${text}%`)", text)
    assert page.evaluate(OVERFLOW) <= 0
    page.locator("#clear").click()
    assert (
        page.evaluate(
            "(() => { const d = document.querySelector('#clear-dialog'); return d.scrollWidth - d.clientWidth; })()"
        )
        <= 0
    )


def test_who_wants_no_motion_gets_none(browser: Browser, numbers_address: str, every_kind: list[Path]) -> None:
    context = browser.new_context(reduced_motion="reduce")
    assert opened(Visit.to(context, numbers_address), every_kind).evaluate(MOVING) == []
    context.close()


def test_in_few_colours_what_is_chosen_and_how_likely_it_is_stay_visible(
    browser: Browser, numbers_address: str, every_kind: list[Path]
) -> None:
    context = browser.new_context(forced_colors="active")
    page = opened(Visit.to(context, numbers_address), every_kind)
    border = "label => getComputedStyle(label).borderTopWidth + getComputedStyle(label).borderTopColor"
    chosen, other = page.locator(".count:has(:checked)"), page.locator(".count:not(:has(:checked))").first
    assert chosen.evaluate(border) != other.evaluate(border)
    assert violations(page) == {}
    context.close()


def test_the_whole_way_goes_by_keyboard_alone(visit: Open, numbers_page: str, every_kind: list[Path]) -> None:
    page = visit(numbers_page).until_engine("ready").page
    page.emulate_media(reduced_motion="reduce")  # where something is, is looked at right after it is scrolled to
    page.on("filechooser", lambda _: None)  # from now on Playwright takes it, and not only soon after it is expected
    hidden = []

    def tab_to(selector: str, *, key: str = "Tab") -> None:
        for _ in range(80):
            page.wait_for_function(SETTLED)
            page.keyboard.press(key)
            if (problem := page.evaluate(HIDDEN_FOCUS)) is not None:
                hidden.append(problem)
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    tab_to("#files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(every_kind)
    page.locator("[data-testid=reading]").nth(5).and_(page.locator("[data-status=error]")).wait_for()
    tab_to("#heatmap")
    page.keyboard.press("Space")
    expect(page.locator("canvas:visible").first).to_be_visible()
    tab_to(".stage")
    page.keyboard.press("f")
    expect(page.get_by_role("dialog", name="Full view")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".stage").first).to_be_focused()
    tab_to("#numbers > summary", key="Shift+Tab")
    page.keyboard.press("Enter")
    tab_to("[name=operating-point]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#numbers .chosen")).to_contain_text("Screening")
    tab_to("[name=shown]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-testid=reading]:visible")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    tab_to("#latest button")
    page.keyboard.press("Enter")
    expect(page.locator("#readings .file").last).to_be_focused()
    tab_to(".retry")
    tab_to(".remove")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reading")).to_have_count(5)
    expect(page.locator(".remove").last).to_be_focused()
    tab_to("#save-csv", key="Shift+Tab")
    with page.expect_download():
        page.keyboard.press("Enter")
    tab_to("#clear")
    page.keyboard.press("Enter")
    tab_to("#clear-dialog .clear")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reading")).to_have_count(0)
    expect(page.locator("#files")).to_be_focused()
    assert hidden == []


def test_many_readings_are_announced_once(visit: Open, numbers_address: str, every_kind: list[Path]) -> None:
    page = visit(numbers_address).until_engine("ready")
    page.page.evaluate(
        """() => {
          window.said = [];
          const area = document.querySelector("#announcement");
          new MutationObserver(() => window.said.push(area.textContent)).observe(area, { childList: true });
        }"""
    )
    page.give(*every_kind, *every_kind)
    page.readings(12)
    expect(page.page.locator("#announcement")).to_contain_text("12 films done")
    page.give(every_kind[2])
    expect(page.page.locator("#announcement")).to_contain_text("150.png: Pneumonia-like. Score ")
    assert len(page.page.evaluate("window.said")) <= 3
