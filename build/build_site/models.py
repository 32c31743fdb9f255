"""The models of a site: the parts of a bundle that the pages need, and which bundles may share a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from build_site.own_points import OwnPoint
from plainfilm.bundle import LITERT, METADATA, PREDICTIONS, Bundle, sha256
from plainfilm.errors import UsageError
from plainfilm.files import read_json
from plainfilm.metadata import Metadata, OperatingPoint, PredictedFilms


@dataclass(frozen=True)
class Model:
    """What the pages need of a bundle.

    Attributes:
        metadata: The bundle's metadata.json.
        metadata_sha256: SHA-256 of that file, in lower-case hexadecimal digits.
        threshold: The default operating point's.
        has_heatmap: Whether its graph has the output `heatmap`.
        has_litert: Whether it has a network for the second engine.
        predictions: The network's answers on the films it was measured on, as in predictions.json; empty where the
            bundle has none.
        own_points: Thresholds that the site adds to the bundle's operating points.
        first_point: The operating point to begin with, by its name; empty: the first.
    """

    metadata: Metadata
    metadata_sha256: str
    threshold: float
    has_heatmap: bool
    predictions: list[PredictedFilms]
    has_litert: bool = False
    own_points: tuple[OwnPoint, ...] = ()
    first_point: str = ""

    @property
    def name(self) -> str:
        """The bundle's name."""
        return self.metadata["name"]


def model_of(bundle: Bundle, operating_point: str = "", own_points: Sequence[OwnPoint] = ()) -> Model:
    """What the pages need of a bundle that was read.

    Args:
        bundle: The bundle.
        operating_point: Names the one to begin with, where there is one of this name.
        own_points: The site's own, of any of its models.
    """
    predictions: list[PredictedFilms] = []
    if bundle.has_predictions:
        predictions = read_json(bundle.path / PREDICTIONS)["films"]
    metadata = cast("Metadata", bundle.metadata)
    # The first is the default, for the pages and for what runs in them.
    points = _first(operating_point, metadata["operating_points"])
    metadata = cast("Metadata", {**metadata, "operating_points": points})
    if "populations" in metadata:
        metadata["populations"] = [
            {**one, "operating_points": _first(operating_point, one["operating_points"])}
            for one in metadata["populations"]
        ]
    return Model(
        metadata=metadata,
        metadata_sha256=sha256(bundle.path / METADATA),
        threshold=points[0]["threshold"] if points else bundle.default_threshold,
        has_heatmap="heatmap" in bundle.model["signature"]["outputs"],
        predictions=predictions,
        has_litert=bundle.has_litert,
        own_points=tuple(own for own in own_points if own.model == metadata["name"]),
        first_point=operating_point,
    )


def first_files(metadata: Metadata) -> list[str]:
    """Of a bundle's files those that a page needs before it reads a film, as `site_template/src/bundle/short.ts` has them.

    All but the predictions, the second engine's network and most of the parity set: of that, the smallest PNG and the smallest JPEG, in clear colours
    for a network that takes them.
    """
    sizes = {entry["path"]: entry["bytes"] for entry in metadata["files"]}
    needed = [path for path in sizes if not path.startswith("parity/") and path not in (PREDICTIONS, LITERT)]
    in_colour = metadata["image_converter"].get("colour") == "rgb"
    for endings in ((".png",), (".jpeg", ".jpg")):
        pictures = [path for path in sizes if path.startswith("parity/") and path.endswith(endings)]
        coloured = [path for path in pictures if in_colour and path.startswith("parity/colours.")]
        needed += sorted(coloured or pictures, key=lambda path: sizes[path])[:1]
    return [METADATA, *needed]


def of_first(model: Model) -> list[PredictedFilms]:
    """Its predictions by the calibration that the top level of its metadata speaks of: the first population's, where it has several."""
    first = model.metadata.get("populations", [{"name": None}])[0]["name"]
    return [films for films in model.predictions if films.get("population") in (None, first)]


def _first(name: str, points: list[OperatingPoint]) -> list[OperatingPoint]:
    """With those of this name first, where there are any."""
    return sorted(points, key=lambda point: point["name"] != name)


def check_together(bundles: list[Bundle]) -> None:
    """Models of one site are a choice between answers to one question.

    Raises:
        UsageError: Two have the same name, or they read different classes.
    """
    first, names = bundles[0].metadata, [bundle.metadata["name"] for bundle in bundles]
    for bundle in bundles[1:]:
        for key in ("class_names", "positive_class"):
            if bundle.metadata[key] != first[key]:
                raise UsageError(
                    f"{bundle.path} reads other classes than {bundles[0].path}, so they cannot share a site",
                    received=f"{key} {bundle.metadata[key]}",
                    expected=first[key],
                    next_step="build a site for each",
                )
    if len(set(names)) < len(names):
        raise UsageError("two bundles of the site have the same name", received=", ".join(names))


def bundle_folders(names: list[str], config: Path | None) -> list[Path]:
    """The folders of the bundles that a site.toml names: each beside it, or else a bundle that ships.

    Args:
        names: Paths from the site.toml's folder, or names of shipped bundles.
        config: The site.toml; None for the template's.

    Raises:
        UsageError: There are no names, or there is no such folder; names every one.
    """
    where = config or "site.toml"
    if not names:
        raise UsageError(f"{where}: bundles names no model", next_step="name one there, or with --bundle DIR")
    found = [_bundle_folder(name, config) for name in names]
    if missing := [name for name, folder in zip(names, found, strict=True) if folder is None]:
        shipped = sorted(path.parent.name for path in shipped_models().glob(f"*/{METADATA}"))
        near = [each for name in missing for each in get_close_matches(name, shipped, n=1)]
        raise UsageError(
            f"{where}: bundles: there is no {' and no '.join(missing)}",
            expected=f"{'perhaps ' + ', '.join(near) + '; ' if near else ''}folders of bundles, from the folder of site.toml, "
            f"or shipped ones: {', '.join(shipped)}",
        )
    return [folder for folder in found if folder is not None]


def _bundle_folder(name: str, config: Path | None) -> Path | None:
    beside = [] if config is None else [config.parent / name]
    return next((folder for folder in (*beside, shipped_models() / name) if folder.is_dir()), None)


def shipped_models() -> Path:
    """The folder of the bundles that come with the project: at the checkout's root, or beside this package once installed."""
    here = Path(__file__).parent
    return next(
        (root / "export" / "models" for root in (here.parents[1], here.parent) if (root / "export").is_dir()), here
    )
