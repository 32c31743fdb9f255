"""`python -m tests.tools.icons` draws the installed page's icons out of mark.svg, with the tests' browser, into site_template/icons."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from build_site.offline import APPLE_ICON, ICONS
from build_site.site_toml.colours import shipped_colours
from plainfilm.node import template
from tests.browser.browsers import launch

# Systems cut a maskable icon to any shape around its middle 80 %, and Apple's rounds its corners.
SHARES = {"icon-192.png": 1.0, "icon-512.png": 1.0, "icon-maskable-512.png": 0.6, APPLE_ICON: 0.76}
COLOUR = "#3f8fc4"


def main() -> None:
    """Writes every icon."""
    mark = (template() / "mark.svg").read_text("utf-8")
    ground = shipped_colours(template())["dark"]["ground"]
    folder = template() / "icons"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        for name in (*ICONS, APPLE_ICON):
            side, share = int("".join(filter(str.isdigit, name))), SHARES[name]
            background = "transparent" if share == 1 else ground
            page.set_viewport_size({"width": side, "height": side})
            page.set_content(
                f'<body style="margin:0;height:100vh;display:grid;place-items:center;background:{background}">'
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{side * share}" color="{COLOUR}">{mark}</svg>'
            )
            page.screenshot(path=folder / name, omit_background=True)
        browser.close()
    print(f"wrote {', '.join(SHARES)} in {folder}; look at them")


if __name__ == "__main__":
    main()
