"""The engine in Node, the npm packages, and TypeScript's own tests."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from plainfilm import node
from tests.tiny_bundle import expected, film, resized

ROOT = Path(__file__).parents[3]


def test_a_bundle_in_node_says_what_plain_python_says(tiny_bundle: Path, tmp_path: Path) -> None:
    greys = [film(brightness) for brightness in range(20, 220, 10)]  # more than one batch
    values = [value for grey in greys for row in resized(grey) for value in row]
    (tmp_path / "inputs").write_bytes(struct.pack(f"<{len(values)}f", *values))
    node.run_bundle(tiny_bundle, tmp_path / "inputs", len(greys), tmp_path / "outputs.json")
    outputs = json.loads((tmp_path / "outputs.json").read_text("utf-8"))
    assert outputs["backend"] == "wasm"
    for index, grey in enumerate(greys):
        said = expected(grey)
        assert outputs["logit"][index] == pytest.approx(said.logit, abs=1e-4)
        assert outputs["probability"][index] == pytest.approx(said.probability, abs=1e-5)
        assert outputs["ood_score"][index] == pytest.approx(said.ood_score, abs=1e-5)
        for received, row in zip(outputs["heatmap"][index], said.heatmap, strict=True):
            assert received == pytest.approx(row, abs=1e-5)


def test_a_program_is_compiled_once_for_many_runs(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = node.kernels_of(tiny_bundle)
    monkeypatch.setattr(node, "esbuild", lambda *_, **__: pytest.fail("compiled again"))
    assert node.kernels_of(tiny_bundle) == first


def test_inputs_of_the_wrong_size_are_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "inputs").write_bytes(bytes(12))
    with pytest.raises(node.NodeError, match="has 12 bytes"):
        node.run_bundle(tiny_bundle, tmp_path / "inputs", 1, tmp_path / "outputs.json")
    assert not (tmp_path / "outputs.json").exists()


def test_packages_that_cannot_be_had_are_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_bytes((node.template() / name).read_bytes())
    monkeypatch.setattr(node, "template", lambda: tmp_path)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(node.NodeError, match="connect to the network"):
        node.workspace()


def test_an_installed_template_is_copied_to_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages" / "build_site"
    (installed / "site_template").mkdir(parents=True)
    (installed / "site_template" / "package-lock.json").write_text("{}")
    monkeypatch.setattr(node, "PACKAGE", installed)
    monkeypatch.setattr(node, "_cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(node, "install_packages", lambda folder: None)
    folder = node.workspace()
    assert folder.parent == tmp_path / "cache"
    assert (folder / "package-lock.json").read_text() == "{}"
    assert node.workspace() == folder


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (node.template() / "package-lock.json").read_text("utf-8")


@pytest.mark.parametrize("script", ["test", "check-types"])
def test_typescript_has_no_complaint(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "plainfilm.node", "run", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "build:."},
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
