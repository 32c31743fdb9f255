"""What a picture must show to be read: limits by the films that a network learned from, for the page's checks before it.

The checks are the page's own code (site_template/src/worker/checks), run in Node; here are the limits.
A check that refuses the network's own films is left out, so that pictures of another kind get no rule that is not theirs.

What was chosen by what: all limits by training films, plain and augmented (`export.training_films`), augmented validation
films (`training.evaluation.augmented`), and collages of training films; no test film and no external film had a part in it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from export.nodes import in_nodes
from export.training_films import TrainingFilms
from plainfilm.node import check_films, read_films
from training.films.preprocessing import ImageConverter

Picture = npt.NDArray[np.uint8]
Checks = dict[str, Any]

# Share of the training films, plain and augmented, that a check may refuse: each, and each kind of turn's by the gate.
MOST_REFUSED = 0.001
# Of a picture's pixels in clear colour: letters and arrows drawn on a film take less.
MOST_COLOUR = 0.1
# A third of what the flattest film of training has, half of what the flattest augmented one has.
LEAST_RANGE = 16
# Of children's films, halves and quarters reach a likeness of 0.53, a fifth of the lower and upper halves 0.9; edges in the middle 2.9.
# The mean of several hospitals' films is less sharp, and parts of single films come nearer to it: the first that fits is taken.
# (A mean film for each hospital was tried: parts of single adults' films come nearer to the adults' mean than to the common one, so the
# limit rises to 0.7, and 12 of 167 validation pairs pass instead of 20; with a limit at edges, about as many as with the common one.)
LIKENESSES = (0.55, 0.6, 0.65, 0.7)
EDGE = 3.0
# Where parts have such an edge between them, as hardly any film has in its middle and most pairs have: the first that refuses not one film
# more. Of 126 pairs of training films, 28 pass without it, 11 with 0.4, which fits the films of two hospitals.
AT_EDGE = (0.3, 0.35, 0.4, 0.45, 0.5)
# Limits that are not taken from the films themselves, so that they may not fit them.
MAY_BE_LEFT_OUT = ("most_colour", "least_range", "collage")
# Or less, where films that are as they should be come nearer to being taken for turned ones.
TURNED_SHARE = 0.9
# Where more of the training films look turned by the mean film, it does not know which way round they are.
MOST_LOOK_TURNED = 0.2

# Films go to a Node by so many: more would not fit the memory of a small machine.
AT_ONCE = 250


@dataclass(frozen=True)
class Seen:
    """What the checks see in a picture.

    Attributes:
        description: By 8 × 8 grey levels, of mean 0 and length 1.
        refused_by: Names of the limits by which it would be refused.
        turns: The ways in which it may have been turned.
    """

    description: list[float]
    refused_by: list[str]
    turns: list[str]


@dataclass(frozen=True)
class Fitted:
    """Limits fitted to films.

    Attributes:
        checks: The limits, without `turned_share`, which takes the bundle: `fit_turned_share`.
        turns: Of each of `pictures_of(films)`, the ways in which it may have been turned by these limits.
    """

    checks: Checks
    turns: list[list[str]]


@dataclass(frozen=True)
class ReadAs:
    """What the page makes of a picture: `reason` is None where it is read."""

    reason: str | None
    ood_score: float | None


def fit_checks(converter: ImageConverter, smallest: int, films: TrainingFilms, *, radiographs: bool = True) -> Fitted:
    """The limits for a network.

    A network that takes colours reads pictures of which there is no mean worth comparing with, and colour is no fault.

    Args:
        converter: Of the network.
        smallest: Pixels of the shortest side that any film of training has.
        films: Of training.
        radiographs: Whether the films are radiographs, or nobody knows: only of those is there one mean film that others are like
            or a negative of, and only those are never in colour.
    """
    checks: Checks = {
        "least_range": LEAST_RANGE,
        "smallest_side": min(max(converter.height, converter.width), smallest),
    }
    if converter.colour == "grey" and radiographs:
        mean = np.mean([seen.description for seen in see(films.decoded, {})], axis=0)
        mean_film = [round(float(level), 4) for level in mean / max(float(np.linalg.norm(mean)), 1e-6)]
        checks = {"most_colour": MOST_COLOUR, **checks, "mean_film": mean_film}
    pictures = pictures_of(films)
    checks, seen = _with_collage(pictures, checks) if "mean_film" in checks else (checks, see(pictures, checks))
    for check in [each for each in MAY_BE_LEFT_OUT if each in checks]:
        share = _share_refused(seen, check)
        if share > MOST_REFUSED:
            print(f"film check {check} is left out: it refuses {share:.1%} of the films that it is fitted to")
            del checks[check]
    return Fitted(checks, [each.turns for each in seen])


def fit_turned_share(films: TrainingFilms, fitted: Fitted, bundle: Path) -> float | None:
    """`turned_share` for the bundle of a run, whose `film_checks` have none yet; None where films cannot be told from turned ones."""
    if "mean_film" not in fitted.checks or np.mean([bool(turns) for turns in fitted.turns]) > MOST_LOOK_TURNED:
        return None
    pictures = pictures_of(films)
    # A film's share: its score turned back, where it is then let in, as a part of its score as it is.
    pairs = [
        (film, turned_back(film, turn)) for film, turns in zip(pictures, fitted.turns, strict=True) for turn in turns
    ]
    if not pairs:
        return TURNED_SHARE
    found = read([*(film for film, _ in pairs), *(back for _, back in pairs)], bundle)
    before, after = found[: len(pairs)], found[len(pairs) :]
    shares = sorted(
        turned.ood_score / as_it_is.ood_score
        for as_it_is, turned in zip(before, after, strict=True)
        if turned.reason is None and turned.ood_score is not None and as_it_is.ood_score
    )
    allowed = int(MOST_REFUSED * len(pictures))
    limit = shares[allowed] if len(shares) > allowed else TURNED_SHARE
    return round(min(TURNED_SHARE, limit - 0.005), 3)


def pictures_of(films: TrainingFilms) -> list[Picture]:
    """The films as they are, and augmented at the network's own size."""
    return [*films.decoded, *as_pictures(films.augmented)]


def as_pictures(films: npt.NDArray[np.float32]) -> list[Picture]:
    """Films `[n, height, width, channels]` in 0-255 as pictures; a grey that stands three times is one grey."""
    levels = np.rint(films).astype(np.uint8)
    in_colour = levels.shape[-1] == 3 and (levels[..., :1] != levels).any()
    return list(levels if in_colour else levels[..., 0])


def turned_back(film: Picture, turn: str) -> Picture:
    """A grey film as it was before it was turned; as `turnedBack` in site_template/src/image/likeness.ts."""
    if turn == "inverted":
        return np.asarray(255 - film)
    return np.ascontiguousarray(np.rot90(film, {"upside-down": 2, "clockwise": 1, "anticlockwise": 3}[turn]))


def see(pictures: Sequence[Picture], checks: Checks) -> list[Seen]:
    """What the page's checks see in pictures, `[height, width]` in grey or `[height, width, 3]` in colour."""
    return [Seen(**each) for each in _in_node(pictures, lambda films: check_films(films, json.dumps(checks)))]


def read(pictures: Sequence[Picture], bundle: Path) -> list[ReadAs]:
    """What the page makes of such pictures with a bundle."""
    return [ReadAs(**each) for each in _in_node(pictures, lambda films: read_films(films, bundle))]


def _with_collage(pictures: Sequence[Picture], checks: Checks) -> tuple[Checks, list[Seen]]:
    """The limits with those of several films in one picture, the strictest that fit or else the laxest, and what is seen by them."""

    def with_limits(likeness: float, at_edge: float) -> Checks:
        return {**checks, "collage": {"likeness": likeness, "edge": EDGE, "likeness_at_edge": at_edge}}

    seen = see(pictures, with_limits(LIKENESSES[0], AT_EDGE[0]))
    refused = [
        index for index, each in enumerate(seen) if "collage" in each.refused_by
    ]  # no laxer limit refuses others
    suspects = [pictures[index] for index in refused]

    def share(likeness: float, at_edge: float) -> float:
        for index, again in zip(refused, see(suspects, with_limits(likeness, at_edge)), strict=True):
            seen[index] = again
        return _share_refused(seen, "collage")

    likeness = next((each for each in LIKENESSES if share(each, each) <= MOST_REFUSED), LIKENESSES[-1])
    alone = share(likeness, likeness)
    at_edge = next(each for each in (*AT_EDGE, likeness) if share(likeness, each) <= alone)
    return with_limits(likeness, at_edge), seen


def _share_refused(seen: Sequence[Seen], limit: str) -> float:
    return float(np.mean([limit in each.refused_by for each in seen]))


def _in_node(pictures: Sequence[Picture], run: Callable[[Path], str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:

        def of_some(place: slice) -> list[dict[str, Any]]:
            films, some = Path(folder) / f"films{place.start}", pictures[place]
            shapes = [
                {"width": each.shape[1], "height": each.shape[0], "channels": 1 if each.ndim == 2 else 3}
                for each in some
            ]
            films.with_suffix(".json").write_text(json.dumps(shapes), "utf-8")
            films.with_suffix(".raw").write_bytes(b"".join(each.tobytes() for each in some))
            results: list[dict[str, Any]] = json.loads(run(films))
            films.with_suffix(".raw").unlink()
            return results

        return in_nodes(len(pictures), AT_ONCE, of_some)
