"""`make screenshots`: the README's pictures. Real films never enter the repository, so the page is shown with phantoms,
and with the network of configs/smoke.toml, which learned to tell them apart: the whole way once, in a minute.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from build_site.serve import server
from build_site.site import build
from tests.browser.browsers import launch
from tests.browser.visit import Visit
from tests.command import run
from tests.shared import REPOSITORY
from training.phantom import thorax

SHOTS = {
    "page.png": {"viewport": {"width": 1280, "height": 1000}, "color_scheme": "dark"},
    "phone.png": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "device_scale_factor": 2},
}


def main() -> None:
    """Writes docs/page.png and docs/phone.png."""
    docs = REPOSITORY / "docs"
    docs.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        here = Path(temporary)
        run("training", "fit", "smoke", cwd=here)
        run("training", "evaluate", "training/runs/smoke", cwd=here)
        run("export", "training/runs/smoke", "--out", "models", cwd=here)
        site = build(here / "dist", bundle=here / "models" / "smoke").out
        films = draw_films(here)
        with server(site) as running:
            threading.Thread(target=running.serve_forever, daemon=True).start()
            browser = launch(playwright)
            for name, options in SHOTS.items():
                context = browser.new_context(**options)  # type: ignore[arg-type]
                visit = Visit.to(context, f"http://127.0.0.1:{running.server_port}/").until_engine("ready")
                visit.give(*films)
                visit.readings(len(films))
                visit.page.screenshot(path=docs / name)
                context.close()
            browser.close()
            running.shutdown()
    print(f"wrote {', '.join(SHOTS)} in {docs}; look at them")


def draw_films(folder: Path) -> list[Path]:
    """Two phantoms, without and with an opacity."""
    rng = np.random.default_rng(4)
    paths = [folder / "phantom-clear.png", folder / "phantom-opacity.png"]
    for path, opacity in zip(paths, (False, True), strict=True):
        Image.fromarray(thorax(rng, opacity, 700, 850)).save(path)
    return paths


if __name__ == "__main__":
    main()
