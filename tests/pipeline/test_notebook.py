"""The notebook for Colab and Kaggle: the README's commands, kept without outputs, and run from films to a site, with the run of a session that ended."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from tests import documents
from tests.pipeline.conftest import INSTEAD, NAME
from tests.shared import REPOSITORY

FILE = REPOSITORY / "docs" / "plainfilm.ipynb"
STEPS = r"^(python -m (?:training|export|build_site) .*)$"


@pytest.fixture
def notebook() -> Any:
    return nbformat.read(FILE, as_version=4)


def code_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_is_a_notebook_without_outputs(notebook: Any) -> None:
    nbformat.validate(notebook)
    for cell in code_of(notebook):
        assert (cell.outputs, cell.execution_count) == ([], None)
    assert set(notebook.metadata) == {"accelerator", "kernelspec", "language_info"}, "and of no machine"


def test_its_commands_are_the_readmes_and_its_links_lead_somewhere(notebook: Any) -> None:
    lines = [line for cell in code_of(notebook) for line in re.findall(STEPS, cell.source, re.MULTILINE)]
    readme = [
        line.partition("  #")[0].strip()
        for line in documents.shell_lines(documents.section("README.md", "From the Kaggle download to a hosted page"))
    ]
    assert lines == [line for line in readme if re.match(STEPS, line) and " deploy " not in line]
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", words) if not link.startswith("https://")]
    assert links
    assert [link for link in links if not (FILE.parent / link).exists()] == []


def test_it_goes_from_films_to_a_site_with_the_run_that_was_kept(
    notebook: Any, workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept" / "runs" / NAME
    shutil.copytree(workplace / "runs" / NAME, kept)
    shutil.rmtree(kept / "figures")
    trained = (kept / "model.keras").stat().st_mtime_ns
    for pattern, instead, _ in INSTEAD:
        for cell in code_of(notebook):
            cell.source = re.sub(pattern, instead, cell.source, flags=re.MULTILINE)
    (given,) = (cell for cell in code_of(notebook) if "parameters" in cell.metadata.get("tags", ()))
    given.source += f'\nREPOSITORY, FILMS, KEEP = "", "phantoms", {str(tmp_path / "kept")!r}'
    monkeypatch.setenv("PYTHONPATH", f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'build'}")
    monkeypatch.setenv(
        "PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )  # its `!python` is this one
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert (kept / "model.keras").stat().st_mtime_ns == trained, "what is finished is not done twice"
    assert (tmp_path / "dist" / "standalone.html").stat().st_size > 1_000_000
    shown = [set(output.get("data", {})) for cell in code_of(notebook) for output in cell.outputs]
    assert sum("image/svg+xml" in each for each in shown) == 3
