"""The shipped bundles read films of other hospitals as Python does, film by film."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.config import read_site_config
from build_site.site import build
from tests.browser.external_films import films_of, read_pairs
from tests.conftest import Open, Serve
from tests.shared import EXTERNAL, REPOSITORY
from training.run import read_run

# The default, and the one of children alone.
BUNDLES = read_site_config(REPOSITORY / "site_template" / "site.toml").bundles[:2]


@pytest.mark.skipif(
    not EXTERNAL.is_dir(),
    reason=f"the external films are not here: {EXTERNAL} (tests/pipeline reads phantoms both ways)",
)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", BUNDLES)
def test_a_shipped_bundle_reads_external_films_through_the_page_as_python_does(
    name: str, serve: Serve, visit: Open, tmp_path: Path
) -> None:
    run = read_run(REPOSITORY / "training" / "runs" / name)
    site = build(tmp_path / "dist", bundle=REPOSITORY / "export" / "models" / name).out
    page = visit(serve(site) + "?backend=wasm").until_engine("ready")
    pairs = list(read_pairs(page, run, films_of(run, every_film=False)))
    assert pairs
    assert [pair for pair in pairs if pair.python[0] != pair.page[0]] == []
    assert max(pair.difference for pair in pairs) < 0.01
