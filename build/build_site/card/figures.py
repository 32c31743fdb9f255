"""The model card's figures as SVG, without a script or a style of their own: the page's stylesheet colours them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from build_site.card.curves import Bin, Sample

SIDE = 300
LEFT, RIGHT, TOP, BOTTOM = 50, 14, 10, 46
TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)
BINS = 20


def roc_figure(
    title: str,
    curves: Sequence[Sequence[tuple[float, float]]],
    points: Sequence[tuple[float, float]],
    x_name: str,
    y_name: str,
) -> str:
    """ROC curves, each in a dash of its own, and a point on each."""
    drawn = [_frame(x_name, y_name), _path("guide", [(0, 0), (1, 1)])]
    drawn += [_path(f"curve line-{index}", curve) for index, curve in enumerate(curves)]
    drawn += [f'<circle class="dot" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="5"/>' for x, y in points]
    return _svg(title, drawn)


def reliability_figure(title: str, bins: Sequence[Bin], x_name: str, y_name: str) -> str:
    """Share of the positive class against predicted probability, with 95 % intervals."""
    drawn = [_frame(x_name, y_name), _path("guide", [(0, 0), (1, 1)])]
    known = [(one.mean, one.observed) for one in bins if one.mean is not None and one.observed is not None]
    drawn += [_path("whisker", [(mean, low), (mean, high)]) for mean, (_, low, high) in known]
    drawn.append(_path("curve", [(mean, share) for mean, (share, _, _) in known]))
    drawn += [f'<circle class="dot" cx="{_x(mean):.1f}" cy="{_y(share):.1f}" r="4"/>' for mean, (share, _, _) in known]
    return _svg(title, drawn)


def histogram_figure(
    title: str, sample: Sample, threshold: float, x_name: str, y_name: str, above: str, below: str
) -> str:
    """How many films of the positive class (upwards) and of the others (downwards) got which probability."""
    counts = [_counted(values) for values in (sample.positive, sample.others)]
    most = max(max(side) for side in counts)
    middle = _y(0.5)

    def height(count: int) -> float:
        """By square roots, or a few films read wrongly would not be seen beside hundreds read right."""
        return math.sqrt(count / most) * (SIDE / 2 - 4)

    drawn = [_axis(x_name), _written(y_name, 14, middle, "middle", turned=True)]
    for name, side, up in (("of-positive", counts[0], True), ("of-others", counts[1], False)):
        for index, count in enumerate(side):
            top = middle - height(count) if up else middle
            drawn.append(
                f'<rect class="{name}" x="{_x(index / BINS) + 1:.1f}" y="{top:.1f}" width="{SIDE / BINS - 2:.1f}" height="{height(count):.1f}"/>'
            )
    drawn.append(f'<path class="zero" d="M{_x(0)} {middle}H{_x(1)}"/>')
    for count in (most, most // 4):
        drawn.append(_written(str(count), _x(0) - 6, middle - height(count) + 4, "end"))
        drawn.append(_written(str(count), _x(0) - 6, middle + height(count) + 4, "end"))
    drawn.append(_written("0", _x(0) - 6, middle + 4, "end"))
    drawn.append(f'<path class="marker-line" d="M{_x(threshold):.1f} {_y(1)}V{_y(0)}"/>')
    # Each where its own bars are low.
    drawn += [_written(above, _x(0.04), _y(0.95), "start"), _written(below, _x(0.96), _y(0.02), "end")]
    return _svg(title, drawn)


def _counted(values: Sequence[float]) -> list[int]:
    counts = [0] * BINS
    for value in values:
        counts[min(int(value * BINS), BINS - 1)] += 1
    return counts


def _x(share: float) -> float:
    return LEFT + share * SIDE


def _y(share: float) -> float:
    return TOP + (1 - share) * SIDE


def _svg(title: str, drawn: Sequence[str]) -> str:
    size = f"{LEFT + SIDE + RIGHT} {TOP + SIDE + BOTTOM}"
    return f'<svg viewBox="0 0 {size}" role="img" aria-label="{escape(title)}">{"".join(drawn)}</svg>'


def _frame(x_name: str, y_name: str) -> str:
    """Both axes with ticks and names."""
    grid = "".join(f"M{_x(0)} {_y(tick):.1f}H{_x(1)}" for tick in TICKS)
    ticks = "".join(_written(f"{tick:g}", _x(0) - 6, _y(tick) + 4, "end") for tick in TICKS)
    return (
        f'<path class="grid" d="{grid}"/>{ticks}{_axis(x_name)}{_written(y_name, 14, _y(0.5), "middle", turned=True)}'
    )


def _axis(name: str) -> str:
    grid = "".join(f"M{_x(tick):.1f} {_y(0)}V{_y(1)}" for tick in TICKS)
    ticks = "".join(_written(f"{tick:g}", _x(tick), _y(0) + 18, "middle") for tick in TICKS)
    return f'<path class="grid" d="{grid}"/>{ticks}{_written(name, _x(0.5), _y(0) + 38, "middle")}'


def _path(name: str, points: Sequence[tuple[float, float]]) -> str:
    return f'<path class="{name}" d="M{"L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)}"/>'


def _written(text: str, x: float, y: float, anchor: str, *, turned: bool = False) -> str:
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turn}>{escape(text)}</text>'
