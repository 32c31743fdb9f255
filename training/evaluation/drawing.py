"""Every figure, drawn so that it can stand on a page: SVG, one calm style, titles that say what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from training.films.prepared import PreparedData

INK, BLUE, ORANGE, GREY = "#1d2733", "#2b6cb0", "#c05621", "#9aa5b1"

# Of the figures' text, which is as wide in the fonts that stand in for the first.
FONT = "text{font-family:'DejaVu Sans',Verdana,sans-serif}"
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e5e9ee",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.dpi": 110,
    "svg.fonttype": "none",  # text as text, instead of an outline for every letter
    "svg.hashsalt": "plainfilm",
    "savefig.bbox": "tight",
}


@contextmanager
def figure(path: Path, width: float = 5.2, height: float = 4.2, **grid: Any) -> Iterator[Any]:
    """Yields matplotlib axes (an array of them with `nrows`/`ncols`) and saves the figure to `path` afterwards.

    SVG files are slimmed and carry no date, so that the same numbers give the same bytes.
    """
    with plt.rc_context(STYLE):
        canvas, axes = plt.subplots(figsize=(width, height), **grid)
        yield axes
        path.parent.mkdir(parents=True, exist_ok=True)
        canvas.savefig(path)
        plt.close(canvas)
        if path.suffix == ".svg":
            path.write_text(slimmed(path.read_text(encoding="utf-8")), encoding="utf-8")


def slimmed(svg: str) -> str:
    """Matplotlib's SVG in about a fifth of its bytes: no metadata, a tenth of a point in paths, what dots share said once."""
    svg = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<\w[^>]*>", _slimmed_tag, svg)
    svg = svg.replace("*{", f"{FONT}*{{", 1)
    svg = re.sub(r"<g>\s*(<(?:path|use|text)[^<>]*(?:/>|>[^<>]*</text>))\s*</g>", r"\1", svg)
    svg = re.sub(
        r'<g([^<>]*)>\s*((?:<(?:use|path) [^<>]*?((?: clip-path="[^"]*")? style="[^"]*")/>\s*){2,})</g>', _hoisted, svg
    )
    return re.sub(r"\s*\n\s*", "\n", svg.strip()) + "\n"


def _slimmed_tag(tag: re.Match[str]) -> str:
    text = re.sub(r'(?<= d=")[^"]*', _slimmed_path, tag[0])
    text = re.sub(r'(?<= [xy]=")-?\d+\.\d+', lambda number: _rounded(number[0], 1), text)
    text = re.sub(r"-?\d+\.\d{3,}", lambda number: _rounded(number[0], 2), text)
    text = re.sub(r' id="(?!\w*[0-9a-f]{8})[\w.]+"', "", text)  # names of groups, which nothing refers to
    text = re.sub(r' transform="rotate\(-0 [^"]*"|font-family: [^;"]*; ', "", text)
    return re.sub(r"(?<=[;:]) ", "", text)


def _slimmed_path(path: re.Match[str]) -> str:
    numbers = re.sub(r"-?\d*\.\d+", lambda number: _rounded(number[0], 1), path[0])
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", numbers).strip()


def _rounded(number: str, digits: int) -> str:
    text = f"{float(number):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _hoisted(group: re.Match[str]) -> str:
    """A group of dots: attributes that all of them have become the group's."""
    attributes, dots, shared = group.groups()
    if dots.count("/>") != dots.count(f"{shared}/>"):
        return group[0]
    return f"<g{attributes}{shared}>\n{dots.replace(f'{shared}/>', '/>')}</g>"


def draw_example_films(data: PreparedData, path: Path, *, columns: int = 4) -> None:
    """The capstone's Fig. 2: the first films of train in true geometry, one row per class."""
    labels = sorted(data.table["label"].unique())
    with figure(path, 2.6 * columns, 2.3 * len(labels), nrows=len(labels), ncols=columns, squeeze=False) as axes:
        for row, label in zip(axes, labels, strict=True):
            of_class = data.table[(data.table["label"] == label) & (data.table["split"] == "train")]["path"]
            examples = of_class.iloc[:: max(len(of_class) // columns, 1)].tolist()[:columns]
            for axis in row:
                axis.axis("off")
            for axis, example in zip(row, examples, strict=False):
                axis.imshow(data.decode(example), cmap="gray", vmin=0, vmax=255)
                axis.set_title(f"{label}\n{example.split('/')[-1]}", fontsize=7)
