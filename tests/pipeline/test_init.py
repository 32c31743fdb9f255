"""From `init` to a page that reads its sample, by the commands that `init` and docs/site_toml.md name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.browsers import find_browser
from tests.command import run
from tests.shared import REPOSITORY


@pytest.fixture(scope="module")
def env(playwright: Playwright) -> dict[str, str]:
    """Of somebody who has plainfilm installed, and the tests' browser."""
    paths = [str(REPOSITORY / "build"), str(REPOSITORY)]
    browser = find_browser(playwright)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "CHROMIUM": str(browser) if browser else ""}


def test_a_begun_site_is_right_builds_and_passes_its_own_test(
    tiny_bundle: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    run("build_site", "init", "my_site", "--bundle", tiny_bundle, cwd=tmp_path, env=env)
    checked = run("build_site", "check", "my_site/site.toml", cwd=tmp_path, env=env)
    assert "my_site/site.toml: every key, text and colour is right; reads with tiny" in checked.stdout
    mine = tmp_path / "my_site"
    built = run("build_site", cwd=mine, env=env)
    assert "site.toml here says what the site is" in built.stdout
    run("build_site", "check", cwd=mine, env=env)
    run("pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=mine, env=env)
    again = run("build_site", "init", ".", "--bundle", tiny_bundle, cwd=mine, env=env, code=1)
    assert "so nothing is written" in again.stderr
