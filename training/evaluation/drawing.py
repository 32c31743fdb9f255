"""Every figure, drawn so that it can stand on a page: SVG, one calm style, titles that say what is shown."""

from __future__ import annotations

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
    "svg.hashsalt": "plainfilm",
    "savefig.bbox": "tight",
}


@contextmanager
def figure(path: Path, width: float = 5.2, height: float = 4.2, **grid: Any) -> Iterator[Any]:
    """Yields matplotlib axes (an array of them with `nrows`/`ncols`) and saves the figure to `path` afterwards.

    SVG files carry no date, so that the same numbers give the same bytes.
    """
    with plt.rc_context(STYLE):
        canvas, axes = plt.subplots(figsize=(width, height), **grid)
        yield axes
        path.parent.mkdir(parents=True, exist_ok=True)
        canvas.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        plt.close(canvas)


def draw_example_films(data: PreparedData, path: Path, *, columns: int = 4) -> None:
    """The capstone's Fig. 2: the first films of train, a row a class, in true geometry."""
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
