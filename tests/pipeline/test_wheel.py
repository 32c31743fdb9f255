"""The wheel holds every package, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import run
from tests.shared import REPOSITORY
from tests.tracked import tracked


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run("build", "--wheel", "--no-isolation", "--outdir", out, REPOSITORY, cwd=out)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_package_and_no_run_or_film(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for source in ("training", "export", "build/build_site", "build/plainfilm"):
        package = REPOSITORY / source
        for module in package.rglob("*.py"):
            assert module.relative_to(package.parent).as_posix() in names
    for name in (
        "training/configs/smoke.toml",
        "export/report/report.html.j2",
        "training/datasets/chest_xray.toml",
        "plainfilm/metadata.schema.json",
        "build_site/begin/pages.yml",
        "build_site/begin/test_page.py.txt",
    ):
        assert name in names
    template = {f"plainfilm/{name}" for name in tracked("site_template")}
    assert template <= names
    assert set(tracked("export/models")) <= names
    assert not any(
        "node_modules" in name or name.startswith(("training/runs", "training/prepared", "tests")) for name in names
    )


def test_a_site_can_be_built_from_the_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    env = {**os.environ, "PYTHONPATH": str(packages), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    where = subprocess.run(
        [sys.executable, "-c", "import build_site; print(build_site.__file__)"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(packages))
    packages.chmod(0o555)
    run("build_site", "--out", "dist", cwd=tmp_path, env=env)
    assert (tmp_path / "dist" / "standalone.html").stat().st_size > 1_000_000
