"""How the page chooses and checks its engine, and where that works."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from build_site.site import build
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.tiny_bundle import film, picture, png, sign, write_tiny_bundle

Films = dict[str, Path]


def test_both_backends_say_the_same(visit: Open, address: str, films: Films) -> None:
    readings = {}
    for backend in ("wasm", "webgl"):
        page = visit(f"{address}?backend={backend}").until_engine("ready")
        assert page.engine.get_attribute("data-backend") == backend
        readings[backend] = [page.classify(films[name]) for name in ("bright", "dark", "black")]
    for one, other in zip(readings["wasm"], readings["webgl"], strict=True):
        assert (one["label"], one["status"]) == (other["label"], other["status"])
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-4)


def test_a_network_of_other_operations_has_them_all_on_both_backends(
    visit: Open, serve: Serve, tmp_path: Path, films: Films
) -> None:
    bundle = write_tiny_bundle(tmp_path)
    model = json.loads((bundle / "model.json").read_text("utf-8"))
    nodes = model["modelTopology"]["node"]
    before = "features"  # none of which is below zero: nothing of this changes them

    def node(op: str, *inputs: str, **attributes: object) -> str:
        nodes.append({"name": f"other_{op}", "op": op, "input": list(inputs), "attr": attributes})
        return f"other_{op}"

    for op in ("Elu", "Exp", "Log", "Neg"):
        before = node(op, before)
    before = node("Abs", before)
    before = node("LeakyRelu", before, alpha={"f": 0.25})
    before = node("Minimum", before, before)
    parts = node("Unpack", before, axis={"i": "3"}, num={"i": "2"})
    before = node("Pack", parts, f"{parts}:1", axis={"i": "3"}, N={"i": "2"})
    next(one for one in nodes if one["name"] == "averages")["input"][0] = before
    (bundle / "model.json").write_text(json.dumps(model), "utf-8")
    sign(bundle)
    site = serve(build(tmp_path / "dist", bundle=bundle).out)
    for backend in ("wasm", "webgl"):
        page = visit(f"{site}?backend={backend}").until_engine("ready")
        assert page.engine.get_attribute("data-backend") == backend
        assert page.classify(films["bright"])["label"] == "PNEUMONIA"


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
        re.compile(r"WebAssembly: passed over. tfjs-backend-wasm-simd-\w+.wasm was changed: its SHA-256 is wrong")
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
    # Each four grey levels brighter than Python found it, as by a decoder of another mind: the short check's too.
    for index, (brightness, *size) in enumerate(((64, 48, 40), (104, 37, 53), (154, 64, 48))):
        (bundle / "parity" / f"{index}.png").write_bytes(png(film(brightness, *size)))
    sign(bundle)
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("failed")
    expect(page.engine.locator(".trials")).to_contain_text("decoded or resized differently")


# A verdict of these very files in this very browser, of which one film takes 12.3 ms.
FORGED = """() => {
  const { version, worker, source, sha256, models: [model] } = JSON.parse(document.querySelector("#site").textContent);
  const of = [version, model.sha256, ...[worker, ...Object.values(source.wasm)].map((one) => sha256[one]), navigator.userAgent].join(" ");
  localStorage.setItem("plainfilm-checked", JSON.stringify({ [model.name]: { of, backend: "wasm", milliseconds: 12.3 } }));
}"""
KEPT = "() => localStorage.getItem('plainfilm-checked')"


def test_a_second_visit_takes_the_verdict_of_the_first_and_a_damaged_one_counts_for_nothing(
    visit: Open, address: str, films: Films
) -> None:
    page = visit(address).until_engine("ready")
    probability = page.classify(films["bright"])["probability"]
    found = page.page.evaluate(KEPT)
    page.page.evaluate(FORGED)
    forged = page.page.evaluate(KEPT)
    page.page.reload()
    page.until_engine("ready")
    expect(page.engine.locator(".trials li").first).to_have_text(
        re.compile("WebAssembly: right on every check, 12.3 ms")
    )
    assert page.classify(films["bright"])["probability"] == probability
    page.page.evaluate("(value) => localStorage.setItem('plainfilm-checked', value)", forged.replace("wasm", "", 1))
    page.page.reload()
    page.until_engine("ready")
    assert "12.3" not in page.engine.locator(".trials").inner_text()
    assert json.loads(page.page.evaluate(KEPT)).keys() == json.loads(found).keys(), "it is kept anew"
    assert page.problems == []


def test_a_verdict_hides_no_engine_that_computes_wrong(visit: Open, serve: Serve, tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    parity = json.loads((bundle / "parity.json").read_text("utf-8"))
    for case in parity["cases"]:
        case["logit"][1] += 0.5
    (bundle / "parity.json").write_text(json.dumps(parity), "utf-8")
    sign(bundle)
    page = visit(serve(build(tmp_path / "dist", bundle=bundle).out)).until_engine("failed")
    assert page.page.evaluate(KEPT) in (None, "{}")
    page.page.evaluate(FORGED)
    page.page.reload()
    page.until_engine("failed")
    expect(page.engine.locator(".trials li")).to_have_text(
        [re.compile("WebAssembly: passed over.*logit is 0.5"), re.compile("WebGL: passed over.*logit")]
    )


# Whatever decodes a film, takes its pixels or runs a network on the page's own thread is kept by name; apart from it what sees no
# more of a film than a stamp of 24 by 24 pixels, as who looks whether it is in colour.
WATCH = """
window.work = [];
window.stamps = [];
const isStamp = (name, size, [, options]) => {
  const [width, height] = name === "createImageBitmap" ? [options?.resizeWidth, options?.resizeHeight] : [size.width, size.height];
  return width <= 24 && height <= 24;
};
for (const [owner, names] of [
  [WebAssembly, ["compile", "compileStreaming", "instantiate", "instantiateStreaming"]],
  [window, ["createImageBitmap"]],
  [HTMLCanvasElement.prototype, ["getContext"]],
]) {
  for (const name of names) {
    const original = owner[name];
    owner[name] = function (...given) {
      (isStamp(name, this, given) ? window.stamps : window.work).push(name);
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
    assert page.page.evaluate("window.stamps.length") < 60, "of films near the view alone, of 120"
    page.page.locator("#heatmap").check()
    expect(page.page.locator("canvas").first).to_be_visible()
    assert "getContext" in page.page.evaluate("window.work"), "what is watched for is seen"
