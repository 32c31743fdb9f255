"""Thresholds that the page's "Measure it here" saved and that a site ships as operating points of its own."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from plainfilm.bundle import METADATA, Bundle, sha256
from plainfilm.errors import UsageError
from plainfilm.strict_json import parse_strict

FORMAT = "plainfilm-own-threshold"
VERSION = 1
Share = Annotated[float, Meta(ge=0, le=1)]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Count = Annotated[int, Meta(ge=0)]
SAVE_AGAIN = "choose the threshold again on the page, with this model, and save it as a file"


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rate on the films that chose the threshold, less what choosing on the same films flatters."""

    apparent: Share
    corrected: Share
    low: Share | None
    high: Share | None


class OwnPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`OwnThresholdFile` in site_template/src/page/measure/own_threshold.ts, with the name that the site calls it by."""

    format: Literal["plainfilm-own-threshold"]
    version: Literal[1]
    model: Text
    model_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    population: Text | None
    positive_class: Text
    threshold: Share
    wanted_sensitivity: Share | None
    films: Annotated[int, Meta(ge=1)]
    positive: Count
    patients: Count | None
    sensitivity: Rate
    specificity: Rate
    date: datetime.date
    plainfilm: Text
    name: str = ""


def read_own_point(key: str, file: str, data: bytes) -> OwnPoint:
    """The threshold in a file.

    Args:
        key: What in site.toml names the file, for errors.
        file: The file as site.toml names it; without its ending it is the operating point's name.
        data: Its bytes.

    Raises:
        UsageError: It is none, one of another version, or damaged.
    """
    expected = f"a threshold as the page saves it: JSON with the format {FORMAT}, version {VERSION}"
    try:
        document: Any = parse_strict(data)
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError(
            f"{key}: {file} is no threshold", received=str(error), expected=expected, next_step=SAVE_AGAIN
        ) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        said = document.get("format", "no format") if isinstance(document, dict) else type(document).__name__
        raise UsageError(
            f"{key}: {file} is no threshold", received=str(said)[:80], expected=expected, next_step=SAVE_AGAIN
        )
    if document.get("version") != VERSION:
        raise UsageError(
            f"{key}: {file} is of another version",
            received=str(document.get("version"))[:80],
            expected=expected,
            next_step=SAVE_AGAIN,
        )
    if "name" in document:
        raise UsageError(
            f"{key}: {file} was changed",
            received="a name in it",
            expected="the file as the page saved it",
            next_step=SAVE_AGAIN,
        )
    try:
        found = msgspec.convert(document, OwnPoint)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"{key}: {file} is damaged", received=str(error), expected=expected, next_step=SAVE_AGAIN
        ) from None
    if found.positive > found.films:
        raise UsageError(
            f"{key}: {file} is damaged",
            received=f"{found.positive} positive of {found.films} films",
            expected=expected,
            next_step=SAVE_AGAIN,
        )
    return msgspec.structs.replace(found, name=file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or file)


def problems_with(own: OwnPoint, key: str, bundles: Sequence[Bundle]) -> list[str]:
    """Why a threshold cannot be one of these models' operating points, each as the lines of a UsageError; none where it can."""
    models = {bundle.metadata["name"]: bundle for bundle in bundles}
    bundle = models.get(own.model)
    if bundle is None:
        return [
            _line(
                f"{key}: {own.name} is a threshold for the model {own.model}, which this site does not have",
                None,
                ", ".join(models),
            )
        ]
    metadata = bundle.metadata
    if own.model_sha256 != (digest := sha256(bundle.path / METADATA)):
        return [
            _line(
                f"{key}: {own.name} was chosen with another version of {own.model}", own.model_sha256[:12], digest[:12]
            )
        ]
    found = []
    if own.positive_class != metadata["positive_class"]:
        found.append(
            _line(f"{key}: {own.name} is a threshold for another class", own.positive_class, metadata["positive_class"])
        )
    names = [one["name"] for one in metadata.get("populations", [])]
    if (own.population not in names) if names else own.population is not None:
        found.append(
            _line(
                f"{key}: {own.name} is a threshold for other people's pictures than {own.model} knows",
                own.population or "no population",
                ", ".join(names) or "no population",
            )
        )
    taken = {point["name"] for point in metadata["operating_points"]}
    if own.name in taken:
        found.append(
            _line(
                f"{key}: {own.model} has an operating point called {own.name} already",
                own.name,
                "a file of another name",
            )
        )
    return found


def _line(what: str, received: str | None, expected: str) -> str:
    return str(UsageError(what, received=received, expected=expected, next_step=SAVE_AGAIN))
