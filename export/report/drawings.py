"""Figures inside the report: SVGs in the page's own colours, which share one set of styles and no name."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from export.report.results import Result
from export.report.words import Words
from plainfilm.files import read_text
from training.evaluation.drawing import BLUE, GREY, INK, ORANGE, figure

# Colours of the figures → those of the page, which has a light and a dark theme.
COLOURS = {
    INK: "var(--text)",
    GREY: "var(--quiet)",
    "#e5e9ee": "var(--line)",
    BLUE: "var(--blue)",
    ORANGE: "var(--orange)",
    "#ffffff": "none",
}


@dataclass(frozen=True)
class Drawing:
    """An SVG inside the page, and the words for who cannot see it."""

    words: str
    svg: str


@dataclass
class Drawings:
    """Takes figures into the page one after the other.

    Attributes:
        classes: The style of some element → its class; `css` writes them down once for the whole page.
        names: How many ids have been given.
    """

    classes: dict[str, str] = field(default_factory=dict)
    names: int = 0

    def inline(self, words: str, svg: str) -> Drawing:
        """The text of an SVG file as a part of the page: its ids and styles are short and the page's own."""
        svg = re.sub(r"<(style|defs)\b[^>]*>\s*</\1>", "", re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL))
        ids = {name: self._name() for name in re.findall(r' id="([^"]*)"', svg)}
        svg = re.sub(r'( id="|href="#|url\(#)([^")]*)', lambda found: found[1] + ids.get(found[2], found[2]), svg)
        svg = re.sub(r' style="([^"]*)"', lambda found: f' class="{self._class(found[1])}"', svg)
        svg = svg.replace("xlink:href", "href").replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
        return Drawing(words, re.sub(r">\s+<", "><", re.sub(r' (?:xmlns[:\w]*|version)="[^"]*"', "", svg)).strip())

    @property
    def css(self) -> str:
        """The rules of every class."""
        return "\n".join(f".{name}{{{style}}}" for style, name in self.classes.items())

    def _class(self, style: str) -> str:
        for colour, themed in COLOURS.items():
            style = style.replace(colour, themed)
        return self.classes.setdefault(style, f"s{len(self.classes)}")

    def _name(self) -> str:
        self.names += 1
        return f"d{self.names}"


def overview(results: Sequence[Result], words: Words) -> str:
    """Accuracy and AUROC on test as SVG: every model with its interval, published results as rings."""
    rows = [(result.run.config.title, {m: result.metric(m) for m in ("accuracy", "auroc")}) for result in results]
    rows += [
        (other.name, {m: {"value": v, "low": None} for m, v in stated.items() if v is not None})
        for other in words.published
        for stated in [{"accuracy": other.accuracy, "auroc": other.auroc}]
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "overview.svg"
        with figure(path, 9.2, 0.9 + 0.34 * len(rows), ncols=2, sharey=True) as panels:
            for axes, metric, title in zip(panels, ("accuracy", "auroc"), ("Accuracy", "AUROC"), strict=True):
                for height, (_, values) in enumerate(rows):
                    row = values.get(metric)
                    if not row:
                        continue
                    if row["low"] is not None:
                        axes.plot([row["low"], row["high"]], [height, height], color=BLUE, linewidth=2, alpha=0.5)
                    style = {"color": BLUE} if height < len(results) else {"color": GREY, "markerfacecolor": "none"}
                    axes.plot(row["value"], height, "o", **style)
                axes.set_title(title)
                axes.tick_params(axis="y", length=0)
            panels[0].set_yticks(range(len(rows)), [name for name, _ in rows])
            panels[0].invert_yaxis()
        return read_text(path)
