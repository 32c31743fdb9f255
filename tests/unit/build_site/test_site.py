"""Building the site: what is written, what is refused, and that nothing is left behind."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from build_site.site import build
from plainfilm import node
from plainfilm.atomic import OutputError
from plainfilm.bundle import BundleError
from plainfilm.errors import PlainfilmError, UsageError
from tests.tiny_bundle import sign, write_tiny_bundle

ROOT = Path(__file__).parents[3]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bundle_gives_the_same_bytes(tiny_bundle: Path, tiny_site: Path, tmp_path: Path) -> None:
    assert contents(build(tmp_path / "again", bundle=tiny_bundle).out) == contents(tiny_site)


def test_no_path_of_this_machine_is_in_the_site(tiny_site: Path) -> None:
    for path, data in contents(tiny_site).items():
        assert str(node.template()).encode() not in data, path
        assert str(Path.home()).encode() + b"/" not in data, path


def test_the_manifest_lists_every_file(tiny_site: Path) -> None:
    manifest = json.loads((tiny_site / "build.json").read_text("utf-8"))
    assert {entry["path"] for entry in manifest["files"]} == contents(tiny_site).keys() - {"build.json"}


def test_an_earlier_site_is_replaced_whole(tiny_bundle: Path, tmp_path: Path) -> None:
    out = build(tmp_path / "dist", bundle=tiny_bundle).out
    before = contents(out)
    build(out, bundle=tiny_bundle)
    assert contents(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_file_that_somebody_put_into_an_earlier_site_is_never_removed(tiny_bundle: Path, tmp_path: Path) -> None:
    out = build(tmp_path / "dist", bundle=tiny_bundle).out
    (out / "CNAME").write_text("films.example")
    before = contents(out)
    with pytest.raises(OutputError, match="received: CNAME"):
        build(out, bundle=tiny_bundle)
    assert contents(out) == before


@pytest.mark.parametrize("inside", [".", "dist"])
def test_a_site_is_not_written_over_the_bundle_it_is_made_of(tiny_bundle: Path, tmp_path: Path, inside: str) -> None:
    bundle = Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))
    before = contents(bundle)
    with pytest.raises(UsageError, match="lie in each other"):
        build(bundle / inside, bundle=bundle)
    assert contents(bundle) == before


def test_a_folder_that_is_not_ours_is_left_alone(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="left alone"):
        build(tmp_path, bundle=tiny_bundle)
    assert contents(tmp_path) == {"thesis.txt": b"years of work"}


def test_a_file_in_the_way_is_left_alone(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("a file")
    with pytest.raises(OutputError):
        build(tmp_path / "dist", bundle=tiny_bundle)


def test_an_empty_folder_is_used(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    assert (build(tmp_path / "dist", bundle=tiny_bundle).out / "index.html").is_file()


def test_a_changed_weight_is_refused_and_the_old_site_stays(tiny_bundle: Path, tmp_path: Path) -> None:
    out = build(tmp_path / "dist", bundle=tiny_bundle).out
    before = contents(out)
    broken = Path(shutil.copytree(tiny_bundle, tmp_path / "broken"))
    weights = broken / "group1-shard1of1.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(BundleError, match="was changed"):
        build(out, bundle=broken)
    assert contents(out) == before


def test_a_graph_that_cannot_run_is_refused_with_what_the_engine_said(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    model = bundle / "model.json"
    model.write_text(model.read_text("utf-8").replace('"Softmax"', '"NoSuchOperation"'), "utf-8")
    sign(bundle)
    with pytest.raises(PlainfilmError, match="NoSuchOperation"):
        build(tmp_path / "dist", bundle=bundle)
    assert not (tmp_path / "dist").exists()


def test_no_bundle_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="python -m export"):
        build(tmp_path / "dist", bundle=tmp_path / "nothing")


def test_a_misspelt_entry_of_the_configuration_is_named(tiny_bundle: Path, tmp_path: Path) -> None:
    config = tmp_path / "site.toml"
    config.write_text("titel = 'x'\n" + (node.template() / "site.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(UsageError, match="titel"):
        build(tmp_path / "dist", bundle=tiny_bundle, config=config)


def test_another_configuration_says_other_words(tiny_bundle: Path, tmp_path: Path) -> None:
    text = (node.template() / "site.toml").read_text("utf-8")
    config = tmp_path / "site.toml"
    config.write_text(
        text.replace('pictures = "films"', 'pictures = "scans"').replace('"pneumonia"', '"a <bright> one"'), "utf-8"
    )
    page = (build(tmp_path / "dist", bundle=tiny_bundle, config=config).out / "index.html").read_text("utf-8")
    assert "Choose scans" in page
    assert "a &lt;bright&gt; one" in page
    assert "<bright>" not in page


def test_a_site_that_knows_its_address_names_each_page_and_its_other_languages_by_it(
    tiny_bundle: Path, tiny_site: Path, tmp_path: Path
) -> None:
    text = (node.template() / "site.toml").read_text("utf-8")
    config = tmp_path / "site.toml"
    config.write_text(text.replace('address = ""', 'address = "https://films.example/reader/"'), "utf-8")
    site = build(tmp_path / "dist", bundle=tiny_bundle, config=config).out
    page, about = ((site / name).read_text("utf-8") for name in ("index.html", "es/about.html"))
    assert '<link rel="canonical" href="https://films.example/reader/">' in page
    assert '<link rel="alternate" hreflang="es" href="https://films.example/reader/es/">' in page
    assert '<link rel="canonical" href="https://films.example/reader/es/about.html">' in about
    assert '<link rel="alternate" hreflang="en" href="https://films.example/reader/about.html">' in about
    for name in ("index.html", "es/about.html", "standalone.html"):
        assert not re.search(r"<link rel=.(canonical|alternate)", (tiny_site / name).read_text("utf-8")), name


def test_text_of_the_bundle_cannot_become_markup(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path, title="<script>alert(1)</script>", training_population="</script><b>children")
    page = (build(tmp_path / "dist", bundle=bundle).out / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<b>children" not in page


def test_every_sentence_is_filled_in(tiny_site: Path) -> None:
    page = (tiny_site / "index.html").read_text("utf-8")
    body = page[page.index("<body>") : page.index('<script type="application/json"')]
    assert not re.search(r"\{\w+\}", body)


def test_only_the_kernels_and_operations_of_the_network_are_in_the_worker(tiny_site: Path) -> None:
    worker = next((tiny_site / "assets").glob("worker-*.js")).read_text("utf-8")
    assert "FusedConv2D" in worker
    assert "NonMaxSuppression_util" not in worker
    assert 'tfOpName:"MaxPool"' in worker or 'tfOpName:"Mean"' in worker
    assert "TensorListStack" not in worker
    assert len(worker) < 580_000


def test_the_page_script_holds_no_engine(tiny_site: Path) -> None:
    assert next((tiny_site / "assets").glob("page-*.js")).stat().st_size < 122_000


def test_the_measuring_worker_is_small_and_inside_the_page_in_one_file(tiny_site: Path) -> None:
    measure = next((tiny_site / "assets").glob("measure-*.js"))
    assert measure.stat().st_size < 60_000
    inside = base64.b64encode(measure.read_bytes()).decode()
    assert f'data-path="measure.js">{inside}<' in (tiny_site / "standalone.html").read_text("utf-8")


def test_building_never_imports_tensorflow_numpy_or_pillow() -> None:
    code = "import sys, build_site.site, build_site.serve; print(*sorted({'tensorflow', 'numpy', 'PIL', 'keras'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "build:."},
        cwd=ROOT,
        check=True,
    )
    assert done.stdout.strip() == ""
