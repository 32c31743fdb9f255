"""`python -m tests.tools.external_films [RUN]`: every external film through the page, beside what Python said of it. Not a test."""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from build_site.config import read_site_config
from build_site.serve import server
from build_site.site import build
from tests.browser.browsers import launch
from tests.browser.external_films import films_of, read_pairs
from tests.browser.visit import Visit
from tests.shared import REPOSITORY
from training.run import read_run


def main() -> None:
    """Prints how many films are read alike, the largest difference of a probability, and every film that is read otherwise."""
    name = (sys.argv[1:] or read_site_config(REPOSITORY / "site_template" / "site.toml").bundles)[0]
    run = read_run(REPOSITORY / "training" / "runs" / name)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = build(Path(folder) / "dist", bundle=REPOSITORY / "export" / "models" / name).out
        running = server(site)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        browser = launch(playwright)
        context = browser.new_context(service_workers="block")
        address = f"http://127.0.0.1:{running.server_port}/?backend=wasm"
        page = Visit.to(context, address).until_engine("ready")
        pairs = list(read_pairs(page, run, films_of(run, every_film=True)))
        browser.close()
        running.shutdown()
    otherwise = [pair for pair in pairs if pair.python[0] != pair.page[0]]
    largest = max((pair.difference for pair in pairs), default=0.0)
    print(f"{name}: {len(pairs) - len(otherwise)} of {len(pairs)} films read alike, probabilities within {largest:.4f}")
    for pair in otherwise:
        print(f"{pair.film}: Python {pair.python}, page {pair.page}")


if __name__ == "__main__":
    main()
