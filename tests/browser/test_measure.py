""" "Measure it here": labelled films are offered to be measured, and what the view shows, saves and takes back."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from sklearn.metrics import roc_auc_score

from tests.browser.axe import violations
from tests.browser.film_files import given, packed
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import expected, film, png

OF_A_CLASS = 32  # enough to be no "too few"
THRESHOLD = 0.5
NORMAL, PNEUMONIA = "NORMAL", "PNEUMONIA"


@dataclass(frozen=True)
class Labelled:
    """Films with their labels, and Python's probabilities of the positive class, in a folder."""

    folder: Path
    scores: dict[str, float]
    labels: dict[str, int]

    @property
    def auroc(self) -> float:
        return float(roc_auc_score([self.labels[name] for name in self.scores], list(self.scores.values())))

    def cell(self, label: int, read: bool) -> list[str]:
        """Names of a cell's films, the farthest from the threshold first."""
        names = [n for n, p in self.scores.items() if self.labels[n] == label and (p >= THRESHOLD) == read]
        return sorted(names, key=lambda name: -abs(self.scores[name] - THRESHOLD))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    """Folders NORMAL and PNEUMONIA with two wards each; a refused film, a double, and one under both labels."""
    folder, rng = tmp_path_factory.mktemp("labelled") / "ours", random.Random(7)
    scores: dict[str, float] = {}
    labels: dict[str, int] = {}
    for label, (name, brightness) in enumerate({NORMAL: 95, PNEUMONIA: 120}.items()):
        for index in range(OF_A_CLASS):
            grey = film(brightness + rng.uniform(-28, 28), 40 + index, 44)
            path = folder / name / ("north" if index % 2 else "south") / f"{name.lower()}{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(grey))
            scores[path.name], labels[path.name] = expected(grey).probability[1], label
    (folder / NORMAL / "north" / "black.png").write_bytes(png([[2] * 48] * 40))
    (folder / NORMAL / "south" / "again.png").write_bytes((folder / NORMAL / "south" / "normal0.png").read_bytes())
    both = png(film(111, 99, 44))
    for name in (NORMAL, PNEUMONIA):
        (folder / name / "south" / f"both-{name}.png").write_bytes(both)
    return Labelled(folder, scores, labels)


def line(page: Page) -> Locator:
    return page.get_by_test_id("measured-line")


def measured(visit: Visit, labelled: Labelled) -> Page:
    """A page on which the labelled folder has been measured."""
    page = visit.until_engine("ready").page
    page.set_input_files("#folder", str(labelled.folder))
    page.get_by_test_id("measure-offer").wait_for()
    page.get_by_role("button", name="Measure it here").click()
    expect(line(page)).to_contain_text(f"On your {len(labelled.scores) + 1} films", timeout=60_000)
    expect(page.locator(".measured-waiting")).to_be_empty(timeout=60_000)
    return page


def shown(page: Page) -> list[str]:
    """Names of the films that the list shows."""
    found: list[str] = page.get_by_test_id("reading").evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.dataset.file.split('/').pop())"
    )
    return found


def until_shown(page: Page, wanted: list[str]) -> None:
    """Waits until the list shows these films, in this order: a busy machine brings them into it in many slices."""
    while shown(page) != wanted:
        page.wait_for_timeout(20)


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.locator(f"[data-save={name}]").click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("form", ["index.html", "standalone.html"])
def test_folders_called_like_the_classes_are_offered_and_measured_as_python_does(
    visit: Open, two_models: Path, two_models_address: str, labelled: Labelled, form: str
) -> None:
    one = visit(two_models_address if form == "index.html" else (two_models / form).as_uri())
    loaded = len([url for url in one.requests if "later-" in url])
    assert loaded == 0, "the second script is loaded when it is wanted"
    page = measured(one, labelled)
    n = 2 * OF_A_CLASS
    expect(line(page)).to_contain_text(
        f"On your {n + 1} films ({OF_A_CLASS} with pneumonia): AUROC {labelled.auroc:.2f} ("
    )
    expect(line(page)).to_contain_text("; on its own test films 0.966.")
    expect(page.locator(".measured-unread")).to_have_text(re.compile(r"^Not read: 1 \(1\.5\s%\)\.$"))
    expect(page.get_by_test_id("measured-figures")).to_contain_text(f"{labelled.auroc:.3f}")
    for name, label, read in (("found", 1, True), ("missed", 1, False), ("alarms", 0, True), ("cleared", 0, False)):
        expect(page.locator(f"[data-cell={name}] b")).to_have_text(str(len(labelled.cell(label, read))))
    expect(page.locator("[data-cell=refused-other] b")).to_have_text("1")
    expect(page.locator("[data-left=contradictory]")).to_contain_text("The same film under several labels: 1")
    expect(page.locator("[data-left=doubles]")).to_contain_text("The same film again, counted once: 1")
    page.locator("[data-left=doubles] summary").click()
    expect(page.locator("[data-left=doubles] li")).to_contain_text("again.png")
    assert violations(page) == {}
    # A cell shows its films, the farthest from the threshold first, with their heat maps.
    page.locator("[data-cell=alarms] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".measured-shown")).to_contain_text("false alarms")
    wanted = labelled.cell(0, True)
    until_shown(page, wanted)
    assert page.locator("#heatmap").is_checked()
    page.get_by_role("button", name="Show all films").click()
    page.wait_for_timeout(300)
    assert len(shown(page)) == n + 4
    assert one.problems == []


def test_what_is_measured_is_saved_and_a_report_is_printed(
    visit: Open, two_models_address: str, labelled: Labelled
) -> None:
    one = visit(two_models_address)
    page = measured(one, labelled)
    rows = list(csv.DictReader(io.StringIO(saved(page, "csv").decode("utf-8-sig"))))
    assert len(rows) == len(labelled.scores) + 1
    document = json.loads(saved(page, "json"))
    assert str(labelled.auroc)[:9] in json.dumps(document)
    book = openpyxl.load_workbook(io.BytesIO(saved(page, "xlsx")))
    assert sum(sheet.max_row for sheet in book) > len(rows)
    with page.expect_download() as download:
        page.locator("[data-save=svg]").click()
    assert Path(download.value.path()).read_text("utf-8").startswith("<svg")
    page.evaluate("""() => {
      const append = document.body.append.bind(document.body);
      document.body.append = (...nodes) => {
        append(...nodes);
        for (const node of nodes) {
          if (!node.matches?.("iframe.printed-report")) continue;
          node.contentWindow.print = () => {
            document.body.dataset.printed = node.contentDocument.body.innerText;
            window.printed = `<!doctype html>${node.contentDocument.documentElement.outerHTML}<style>${[...node.contentDocument.adoptedStyleSheets[0].cssRules].map(({ cssText }) => cssText).join("")}</style>`;
            document.body.dataset.styled = node.contentWindow.getComputedStyle(node.contentDocument.querySelector("th")).fontWeight;
          };
        }
      };
    }""")
    page.locator("[data-save=report]").click()
    expect(page.locator("body")).to_have_attribute("data-printed", re.compile("AUROC"), timeout=60_000)
    assert f"{labelled.auroc:.3f}" in (page.locator("body").get_attribute("data-printed") or "")
    assert one.problems == []
    report = page.evaluate("printed")
    page.goto("about:blank")
    page.set_content(report)
    for paper in ("A4", "Letter"):
        assert len(re.findall(rb"/Type /Page\b", page.pdf(format=paper))) == 2, paper


def test_a_threshold_of_ones_own_is_found_used_marked_undone_saved_and_taken_back(
    visit: Open, two_models_address: str, labelled: Labelled, tmp_path: Path
) -> None:
    one = visit(two_models_address)
    page = measured(one, labelled)
    read = page.locator("[data-testid=reading][data-status=done]").first  # one that was refused is read by no threshold
    page.locator("[data-part=own] summary").click()
    page.locator("#own-wanted").fill("0")
    page.keyboard.press("Enter")
    expect(page.locator(".own-said")).to_contain_text("above 0 and up to 100")
    page.locator("#own-wanted").fill("90")
    page.keyboard.press("Enter")
    expect(page.locator(".own-said")).to_contain_text("Corrected for having been chosen on them", timeout=60_000)
    # The highest threshold that finds nine of ten.
    ill = sorted((p for name, p in labelled.scores.items() if labelled.labels[name] == 1), reverse=True)
    at = ill[-(-9 * OF_A_CLASS // 10) - 1]
    page.get_by_role("button", name="Use it for reading").click()
    mark = re.compile(r"Own threshold of .* chosen on 64 films of this device")
    expect(page.get_by_test_id("own-bar")).to_contain_text(mark)
    expect(read.locator(".notes")).to_contain_text(mark)
    with page.expect_download() as download:
        page.locator("#save-json").click()
    readings = json.loads(Path(download.value.path()).read_text("utf-8"))["readings"]
    of_one = next(reading for reading in readings if reading["status"] == "done")
    assert of_one["operating_point"].startswith("own threshold, chosen on 64 films of this device, 20")
    assert at - 0.01 < of_one["threshold"] <= at, "between it and the next score below"
    with page.expect_download() as download:
        page.locator("[data-part=own]").get_by_role("button", name="Save it as a file").click()
    kept = Path(download.value.path()).read_bytes()
    assert not re.search(rb"ours|png", kept), "no film and no name"
    page.locator("[data-part=own]").get_by_role("button", name="Stop using it").click()
    expect(page.get_by_test_id("own-bar")).to_be_hidden()
    expect(read.locator(".notes")).not_to_contain_text("Own threshold")

    page.reload()
    one.until_engine("ready")
    status = page.locator("#intake-status")
    one.give(given("own.json", kept))
    expect(status).to_contain_text("own.json: read at the own threshold of")
    page.set_input_files("#files", str(labelled.folder / NORMAL / "north" / "normal1.png"))
    one.readings(1)
    expect(page.get_by_test_id("own-bar")).to_contain_text(mark)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"model": "elsewhere"}, "a threshold for the model elsewhere, which this page does not have"),
        ({"model_sha256": "00"}, "another version of Tiny network for tests"),
        ({"version": 9}, "another version of this page (9)"),
        ({"threshold": 7}, "damaged: threshold is 7"),
        ({"positive_class": "FRACTURE"}, "a threshold for FRACTURE"),
        ({"format": "a shopping list"}, "no threshold that was saved here"),
    ]
    for changes, sentence in wrong:
        one.give(given("other.json", json.dumps(json.loads(kept) | changes).encode()))
        expect(status).to_contain_text(sentence)
    for name, data in (("broken.json", b'{"format": '), ("huge.json", kept + b" " * 200_000)):
        one.give(given(name, data))
        expect(status).to_contain_text(f"{name} is no threshold")
    assert one.problems == []


def test_other_names_of_folders_are_asked_for_by_a_dialog_that_keys_reach(
    visit: Open, two_models_address: str, labelled: Labelled
) -> None:
    names = {f"ours/krank/p{i}.png": (labelled.folder / PNEUMONIA / "north" / f"pneumonia{i}.png") for i in (1, 3, 5)}
    names |= {f"ours/gesund/n{i}.png": (labelled.folder / NORMAL / "north" / f"normal{i}.png") for i in (1, 3)}
    one = visit(two_models_address).until_engine("ready")
    page = one.page
    one.give(given("films.zip", packed({name: path.read_bytes() for name, path in names.items()})))
    expect(page.get_by_test_id("measure-offer")).to_contain_text("krank")
    page.get_by_role("button", name="Measure it here").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.meanings")
    expect(dialog).to_be_visible()
    assert violations(page) == {}
    expect(dialog.get_by_label("gesund")).to_have_value(NORMAL)  # site.toml has that word
    dialog.get_by_label("krank").focus()
    page.keyboard.press("p")
    dialog.get_by_role("button", name="Measure").focus()
    page.keyboard.press("Enter")
    expect(line(page)).to_contain_text("On your 5 films (3 with pneumonia)", timeout=60_000)
    expect(page.get_by_test_id("measured-verdict")).to_contain_text("Too few")
    expect(line(page)).to_have_class(re.compile("too-few"))
    page.get_by_role("button", name="Change what they mean").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Change what they mean")).to_be_focused()
    page.get_by_role("button", name="Close", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("measured")).to_be_hidden()
    assert one.problems == []


def test_a_table_labels_films_with_patients_and_subgroups_and_names_what_does_not_fit(
    visit: Open, two_models_address: str, labelled: Labelled
) -> None:
    one = visit(two_models_address).until_engine("ready")
    page = one.page
    rows = [
        f'"{name}";{"positive" if labelled.labels[name] else "Negative"};P{index // 2};{"F" if index % 3 else "M"}'
        for index, name in enumerate(list(labelled.scores)[1:])
    ]
    text = (
        "\ufeffFile;Label;patient_id;sex\r\n" + "\r\n".join([*rows, "gone.png;negative;P99;F", ";positive;;"]) + "\r\n"
    )
    films = [next(labelled.folder.rglob(name)) for name in labelled.scores]
    one.give(given("labels.csv", text.encode()), *(given(path.name, path.read_bytes()) for path in films))
    expect(page.get_by_test_id("measure-offer")).to_contain_text("labels.csv says what films show (64 lines)")
    page.get_by_role("button", name="Measure it here").click()
    expect(line(page)).to_contain_text(f"On your {2 * OF_A_CLASS - 1} films", timeout=60_000)
    expect(page.locator(".measured-waiting")).to_be_empty(timeout=60_000)
    expect(page.locator(".measured-source")).to_contain_text("labels.csv")
    expect(page.locator(".measured-figures")).to_contain_text("by patient")
    for kind, sentence in (
        ("unlabelled", "Without a label: 1"),
        ("missing", "Labels without a film here: 1"),
        ("incomplete", "Lines without a file or a label: 1"),
    ):
        expect(page.locator(f"[data-left={kind}]")).to_contain_text(sentence)
    page.locator("[data-part=subgroups] summary").click()
    expect(page.locator("[data-group='column:sex'] tbody tr")).to_have_count(2, timeout=60_000)
    status = page.locator("#intake-status")
    for name, data, sentence in (
        ("empty.csv", b"", "empty.csv is empty"),
        ("columns.csv", b"picture no;answer\n1;2\n", "has no columns called file and label, but picture no, answer"),
        ("quote.csv", b'file,label\n"a.png,NORMAL\n', "a quotation mark is opened in line 2"),
        ("bare.csv", b"file,label\n", "no line with a file and a label"),
        ("book.csv", b"PK\x03\x04\x00\x00", "is no table in text"),
    ):
        one.give(given(name, data))
        expect(status).to_contain_text(sentence)
    assert one.problems == []


def test_two_models_of_the_site_are_held_against_each_other_on_the_same_films(
    visit: Open, two_models_address: str, labelled: Labelled
) -> None:
    one = visit(two_models_address)
    page = measured(one, labelled)
    page.locator("[data-part=models] summary").click()
    page.get_by_role("button", name="Read with Another network").click()
    expect(page.locator("[data-part=models]")).to_contain_text("Read alike: 100.0", timeout=120_000)
    expect(page.locator("[data-part=models]")).to_contain_text("Neither model tells these films apart surely better")
    assert one.problems == []


@pytest.mark.parametrize("language", ["ar", "hi"])
def test_the_view_fits_a_narrow_phone_in_any_direction(
    visit: Open, two_models_address: str, labelled: Labelled, language: str
) -> None:
    one = visit(f"{two_models_address}{language}/").until_engine("ready")
    page = one.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_input_files("#folder", str(labelled.folder))
    page.locator(".measure-take").click(timeout=60_000)
    expect(page.locator("[data-cell=found] b")).to_have_text(str(len(labelled.cell(1, True))), timeout=60_000)
    expect(page.locator(".measured-waiting")).to_be_empty(timeout=60_000)
    for part in page.locator(".measured-part:not([hidden]) > summary").all():
        part.click()
    expect(page.locator("[data-group=folder] tbody tr")).to_have_count(2, timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == {}
    assert "{" not in page.locator("[data-testid=measured]").inner_text()
    assert one.problems == []
