"""The built page in a real browser, with the real engine and the tiny network."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from build_site.site import build
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.tiny_bundle import OOD_THRESHOLD, expected, film, operating_point, picture, png, sign, write_tiny_bundle

Films = dict[str, Path]

# As WebKit's workers are where the page was opened from a disk: no Blob can be read in them. In the name of `gone.png`
# the page cannot read either, as where a film was deleted after it was chosen.
BLOBLESS_WORKER = """
  const refuse = `() => Promise.reject(new DOMException("The I/O read operation failed.", "NotReadableError"))`;
  const first = `{
    const refuse = ${refuse}, create = self.createImageBitmap;
    Blob.prototype.arrayBuffer = refuse;
    self.createImageBitmap = (source, ...rest) => (source instanceof Blob ? refuse() : create(source, ...rest));
  }`;
  window.Blob = new Proxy(Blob, {
    construct: (Whole, [parts, options]) =>
      new Whole(options?.type === "text/javascript" ? [first, ...parts] : parts, options),
  });
  const read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = function () {
    return this.name === "gone.png" ? Promise.reject(new DOMException("gone", "NotReadableError")) : read.call(this);
  };
"""


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


def test_the_displayed_percentages_add_up_to_exactly_100(visit: Open, address: str, tmp_path: Path) -> None:
    page = visit(address).until_engine("ready")
    files = []
    for brightness in range(30, 180, 10):
        files.append(tmp_path / f"{brightness}.png")
        files[-1].write_bytes(png(film(brightness)))
    page.give(*files)
    page.readings(len(files))
    for card in page.page.get_by_test_id("reading").all():
        shown = card.locator("dd.share").all_text_contents()
        tenths = [int(re.sub(r"\D", "", text)) for text in shown]
        assert len(tenths) == 2
        assert sum(tenths) == 1000, shown


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
    expect(card).to_contain_text("Reads as pneumonia")


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
    expect(page.page.locator(".verdict")).to_have_text(
        [f"Reads as pneumonia: {share:.1f}\u00a0% is above the threshold of 30.0\u00a0%", "Reads as pneumonia"]
    )


def test_a_film_between_rule_out_and_rule_in_is_indeterminate_and_the_page_says_how_the_model_travels(
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
    expect(page.page.locator(".verdict").nth(1)).to_have_text(
        f"Reads as normal, but indeterminate: {share:.1f}\u00a0% for pneumonia lies between 30.0\u00a0%, "
        "below which it is ruled out, and 70.0\u00a0%, from which it is ruled in"
    )
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


def test_films_are_taken_by_drop_and_by_paste(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    for kind, name in (("drop", "dropped.png"), ("paste", "pasted.png")):
        page.page.evaluate(
            """([kind, name, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
              const options = { bubbles: true, cancelable: true };
              const event = kind === "drop"
                ? new DragEvent("drop", { ...options, dataTransfer: data })
                : new ClipboardEvent("paste", { ...options, clipboardData: data });
              document.querySelector("h1").dispatchEvent(event);
            }""",
            [kind, name, list(films["dark"].read_bytes())],
        )
    assert [(reading["file"], reading["status"]) for reading in page.readings(2)] == [
        ("dropped.png", "done"),
        ("pasted.png", "done"),
    ]


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
    assert reading == {
        "file": "bright.png", "status": "done", "label": "PNEUMONIA", "operating_point": "balanced", "threshold": 0.5, "reason": None,
        "message": "Reads as pneumonia", "backend": ready["backend"], "model": "tiny", "width": 520, "height": 600,
        "zone": None, "indeterminate_zone": None, "overridden": False, "seen": "", "expected": "", "frames": 1,
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


def test_both_backends_say_the_same(visit: Open, address: str, films: Films) -> None:
    readings = {}
    for backend in ("wasm", "webgl"):
        page = visit(f"{address}?backend={backend}").until_engine("ready")
        assert page.engine.get_attribute("data-backend") == backend
        readings[backend] = [page.classify(films[name]) for name in ("bright", "dark", "black")]
    for one, other in zip(readings["wasm"], readings["webgl"], strict=True):
        assert (one["label"], one["status"]) == (other["label"], other["status"])
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-4)


@pytest.mark.parametrize("backend", ["wasm", "webgl"])
def test_no_tensor_is_left_behind(visit: Open, address: str, films: Films, backend: str) -> None:
    page = visit(f"{address}?backend={backend}").until_engine("ready")
    before = page.engine.get_attribute("data-tensors")
    page.page.get_by_label("Show heat map").evaluate("box => box.click()")
    for count in (4, 8, 12):
        page.give(films["bright"], films["dark"], films["black"], films["cut"])
        page.readings(count)
    page.classify(films["bright"])
    assert page.engine.get_attribute("data-tensors") == before
    assert before is not None


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


def test_no_request_leaves_the_page_and_none_is_made_while_reading(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    assert page.requests
    assert [url for url in page.requests if not url.startswith((address, "blob:", "data:"))] == []
    loaded = len(page.requests)
    page.give(films["bright"], films["dark"])
    page.readings(2)
    page.page.get_by_label("Show heat map").check()
    expect(page.page.locator("canvas").first).to_be_visible()
    assert [url for url in page.requests[loaded:] if not url.startswith("blob:")] == []
    assert page.problems == []


def test_the_standalone_page_reads_films_from_a_disk(visit: Open, tiny_site: Path, films: Films) -> None:
    page = visit((tiny_site / "standalone.html").as_uri()).until_engine("ready")
    page.give(films["bright"], films["cut"])
    bright, cut = page.readings(2)
    assert (bright["label"], cut["reason"]) == ("PNEUMONIA", "unreadable")
    assert float(bright["probability"]) == pytest.approx(expected(film(150, 520, 600)).probability[1], abs=1e-5)
    assert [
        url for url in page.requests if not url.startswith(("blob:", "data:", (tiny_site / "standalone.html").as_uri()))
    ] == []
    assert page.problems == []


def test_the_standalone_page_reads_the_same_where_its_worker_can_read_no_blob(
    context: BrowserContext, tiny_site: Path, films: Films, tmp_path: Path
) -> None:
    address = (tiny_site / "standalone.html").as_uri() + "?backend=wasm"  # the two are to agree in every bit
    garbled = bytearray(films["bright"].read_bytes())
    garbled[23] ^= 1  # the height, so that the header's checksum is wrong: noticed by the decoder alone
    (tmp_path / "garbled.png").write_bytes(garbled)
    gone = Path(shutil.copy(films["bright"], tmp_path / "gone.png"))
    ordinary = Visit.to(context, address).until_engine("ready").classify(films["bright"])
    context.add_init_script(BLOBLESS_WORKER)
    page = Visit.to(context, address).until_engine("ready")
    [worker] = page.page.workers
    reading_a_blob = "new Blob(['x']).arrayBuffer().then(() => 'read', (error) => error.name)"
    assert worker.evaluate(reading_a_blob) == "NotReadableError"
    page.page.get_by_label("Show heat map").evaluate("box => box.click()")
    page.give(*(films[name] for name in ("bright", "cut", "notes", "empty")), tmp_path / "garbled.png", gone)
    readings = page.readings(6)
    assert [(reading["status"], reading.get("reason")) for reading in readings] == [
        ("done", None),
        ("error", "unreadable"),
        ("error", "not-an-image"),
        ("error", "empty"),
        ("error", "unreadable"),
        ("error", "unreadable"),
    ]
    assert float(readings[0]["probability"]) == ordinary["probability"]
    expect(page.page.locator("canvas").first).to_be_visible()
    assert page.problems == []


def test_the_standalone_page_needs_no_other_file(visit: Open, tiny_site: Path, tmp_path: Path, films: Films) -> None:
    alone = Path(shutil.copy(tiny_site / "standalone.html", tmp_path / "sent by mail.html"))
    page = visit(alone.as_uri()).until_engine("ready")
    assert page.classify(films["dark"])["label"] == "NORMAL"


def test_the_standalone_page_works_from_a_server_as_well(visit: Open, address: str, films: Films) -> None:
    page = visit(address + "standalone.html").until_engine("ready")
    assert page.classify(films["dark"])["label"] == "NORMAL"
    assert page.problems == []


def test_the_index_opened_from_a_disk_leads_to_the_standalone_page(visit: Open, tiny_site: Path) -> None:
    page = visit((tiny_site / "index.html").as_uri())
    page.page.wait_for_url("**/standalone.html")
    page.until_engine("ready")


def test_without_javascript_the_page_says_what_is_wrong_and_what_the_model_is(
    browser: Browser, address: str, tiny_site: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for place in (address, (tiny_site / "index.html").as_uri(), (tiny_site / "standalone.html").as_uri()):
        page.goto(place)
        expect(page.locator("noscript p")).to_contain_text("JavaScript is switched off here")
        expect(page.locator("#files")).to_be_hidden()
        expect(page.get_by_role("heading", name="About this model")).to_be_visible()
        expect(page.locator("[data-about]")).to_contain_text("AUROC\u00a00.966 (0.951–0.979)")
    page.goto((tiny_site / "index.html").as_uri())
    page.get_by_role("link", name="standalone.html").click()
    assert page.url.endswith("standalone.html")
    context.close()


def test_the_page_says_how_its_engine_was_checked(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    expect(page.engine.locator(".trials li").first).to_have_text(
        re.compile(r"WebAssembly: right on every check, \d+\.\d ms for one film")
    )
    forced = visit(address + "?backend=webgl").until_engine("ready")
    expect(forced.engine.locator(".trials li")).to_have_text([re.compile("WebGL: right on every check")])


def test_a_broken_backend_is_passed_over_and_said(
    visit: Open, tiny_site: Path, serve: Serve, tmp_path: Path, films: Films
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    for binary in site.glob("assets/*.wasm"):
        binary.write_bytes(b"404 Not Found, said a friendly proxy")
    page = visit(serve(site)).until_engine("ready")
    assert page.engine.get_attribute("data-backend") == "webgl"
    expect(page.engine.locator(".trials")).to_contain_text(
        "WebAssembly: passed over. tfjs-backend-wasm-simd.wasm is not a WebAssembly module"
    )
    assert page.classify(films["bright"])["label"] == "PNEUMONIA"


def test_a_backend_that_computes_wrong_reads_no_film(visit: Open, serve: Serve, tmp_path: Path, films: Films) -> None:
    bundle = write_tiny_bundle(tmp_path)
    parity = json.loads((bundle / "parity.json").read_text("utf-8"))
    parity["cases"][1]["logit"][1] += 0.5
    (bundle / "parity.json").write_text(json.dumps(parity), "utf-8")
    sign(bundle)
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("failed")
    expect(page.engine).to_contain_text("nothing can be read")
    expect(page.engine.locator(".trials li")).to_have_text(
        [re.compile("WebAssembly: passed over.*logit is 0.5"), re.compile("WebGL: passed over.*logit")]
    )
    page.give(films["bright"])
    [reading] = page.readings(1)
    assert (reading["status"], reading["reason"], "probability" in reading) == ("error", "engine-failed", False)
    for promise in ("window.plainfilm.ready", "window.plainfilm.classify(new Blob(['x']))"):
        assert "logit is 0.5" in page.page.evaluate(f"{promise}.then(() => 'resolved', (error) => error.message)")


def test_a_browser_that_decodes_differently_reads_no_film(visit: Open, serve: Serve, tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    (bundle / "parity" / "0.png").write_bytes(png(film(64)))
    sign(bundle)
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("failed")
    expect(page.engine.locator(".trials")).to_contain_text("decoded or resized differently")


def test_changed_weights_are_noticed_before_they_are_used(
    visit: Open, tiny_site: Path, serve: Serve, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    [weights] = site.glob("models/*/*.bin")
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    page = visit(serve(site)).until_engine("failed")
    expect(page.engine.locator(".trials")).to_contain_text("group1-shard1of1.bin was changed: its SHA-256 is wrong")


def test_a_file_that_is_missing_on_the_server_is_named(
    visit: Open, tiny_site: Path, serve: Serve, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    next(site.glob("models/*/*.bin")).unlink()
    page = visit(serve(site)).until_engine("failed")
    expect(page.engine.locator(".trials")).to_contain_text(re.compile(r"group1-shard1of1\.bin answered 404"))


def test_a_file_name_is_shown_as_text_and_never_as_markup(visit: Open, address: str, films: Films) -> None:
    name = "<img src=x onerror=document.title='owned'>.png"
    page = visit(address).until_engine("ready")
    page.give({"name": name, "mimeType": "image/png", "buffer": films["dark"].read_bytes()})
    assert page.readings(1)[0]["file"] == name
    expect(page.page.get_by_role("heading", name=name)).to_be_visible()
    assert page.page.title() != "owned"


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
    expect(page.page.locator("#announcement")).to_have_text("bright.png: Reads as pneumonia")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_cut_off_at_any_width(context: BrowserContext, address: str, films: Films, width: int) -> None:
    page = Visit.to(context, address).until_engine("ready")
    page.page.set_viewport_size({"width": width, "height": 800})
    page.give(*films.values())
    page.readings(len(films))
    overflow = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


# Whatever decodes a film, takes its pixels or runs a network on the page's own thread is kept by name.
WATCH = """
window.work = [];
for (const [owner, names] of [
  [WebAssembly, ["compile", "compileStreaming", "instantiate", "instantiateStreaming"]],
  [window, ["createImageBitmap"]],
  [HTMLCanvasElement.prototype, ["getContext"]],
]) {
  for (const name of names) {
    const original = owner[name];
    owner[name] = function (...given) {
      window.work.push(name);
      return original.apply(this, given);
    };
  }
}
"""


def test_films_are_not_read_on_the_page_s_thread(context: BrowserContext, address: str, tmp_path: Path) -> None:
    context.add_init_script(WATCH)
    page = Visit.to(context, address).until_engine("ready")
    data = png(picture(700, 500, lambda x, y: 60 + x / 7 + y / 9))
    files = [tmp_path / f"{index}.png" for index in range(120)]
    for file in files:
        file.write_bytes(data)
    page.give(*files)
    assert len(page.readings(120)) == 120
    assert page.page.evaluate("window.work") == []
    page.page.locator("#heatmap").check()
    page.page.wait_for_function("window.work.includes('getContext')")
