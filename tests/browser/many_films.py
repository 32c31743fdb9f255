"""Hundreds of films at once, made inside the page: for the test of many films, and for `make bench`."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

from tests.tiny_bundle import film, picture, png

MANY = 500
# Every tenth is refused, every twentieth is not a picture.
KINDS = (png(film(150, 200, 180)), png(film(60, 160, 200)), png(picture(150, 100, lambda x, y: 2)), b"Dear colleague")

MAKE_FILMS = """([kinds, count]) => {
  const bytes = kinds.map((base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  window.films = new DataTransfer();
  for (let index = 0; index < count; index += 1) {
    const kind = index % 20 === 19 ? 3 : index % 10 === 9 ? 2 : index % 2;
    window.films.items.add(new File([bytes[kind]], `${index}.png`, { type: "image/png" }));
  }
}"""
DROP = """document.body.dispatchEvent(
  new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: window.films }))"""


def make_films(page: Page, count: int = MANY) -> None:
    """Makes the films, which `DROP` then drops onto the page."""
    page.evaluate(MAKE_FILMS, [[base64.b64encode(kind).decode() for kind in KINDS], count])
