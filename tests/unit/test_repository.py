"""A repository that is light to clone, and whose documents say what its files say."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from export.report.write import write_report
from plainfilm.bundle import sha256
from tests.shared import REPOSITORY
from tests.tracked import needs_checkout, tracked

MOST_BYTES = 30 * 2**20
MOST_BYTES_OF_A_REPORT = 100_000  # for each model that has a bundle


@needs_checkout
def test_the_tracked_files_take_less_than_30_mib() -> None:
    sizes = {name: (REPOSITORY / name).stat().st_size for name in tracked()}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:10]
    assert sum(sizes.values()) < MOST_BYTES, "the largest: " + ", ".join(f"{name} {sizes[name]}" for name in largest)


@needs_checkout
def test_runs_share_what_they_have_in_common() -> None:
    names = defaultdict(list)
    for name in tracked("training/runs"):
        if (REPOSITORY / name).stat().st_size > 10_000:
            names[sha256(REPOSITORY / name)].append(name)
    assert [same for same in names.values() if len(same) > 1] == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Everything tracked that the report reads or writes, and nothing else: no film, no other run, no weights of a run."""
    for name in tracked(
        "training/runs", "training/searches", "training/studies", "export/models", "site_template", "README.md", "docs"
    ):
        if not name.endswith("model.keras"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


@needs_checkout
def test_the_figures_of_readme_and_results_follow_from_tracked_files_alone(copy: Path) -> None:
    pages = [copy / "README.md", copy / "docs" / "results.md", copy / "docs" / "studies.md"]
    html = copy / "docs" / "report.html"
    write_report(
        copy / "training/runs",
        pages,
        html,
        models=copy / "export/models",
        searches=copy / "training/searches",
        studies=copy / "training/studies",
        site=copy / "site_template/site.toml",
    )
    for page in pages:
        assert page.read_bytes() == (REPOSITORY / page.relative_to(copy)).read_bytes(), (
            f"{page.name}: run `make report`"
        )
    assert html.stat().st_size < MOST_BYTES_OF_A_REPORT * len(
        list((REPOSITORY / "export" / "models").glob("*/metadata.json"))
    )


@needs_checkout
def test_every_file_of_a_shipped_bundle_is_tracked() -> None:
    files = tracked("export/models")
    bundles = [Path(path).parent for path in files if path.endswith("/metadata.json")]
    assert bundles
    for bundle in bundles:
        entries = json.loads((REPOSITORY / bundle / "metadata.json").read_text("utf-8"))["files"]
        assert {(bundle / entry["path"]).as_posix() for entry in entries} <= set(files)


@needs_checkout
@pytest.mark.parametrize(
    "path", ["chest_xray/train/a.jpeg", "export/models/mine/model.json", "runs/mine/config.toml", "data.csv", "dist/a"]
)
def test_what_a_person_makes_by_the_documented_commands_is_ignored(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=REPOSITORY, check=False)
    assert done.returncode == 0


def test_what_deploying_installs_agrees_with_what_building_installs() -> None:
    # Both go into one environment, and the later one would change what the earlier one was tested with.
    site, deploy = (
        set((REPOSITORY / f"requirements/{name}.txt").read_text("utf-8").splitlines()) for name in ("site", "deploy")
    )
    assert site <= deploy
