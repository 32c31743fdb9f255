"""One model as the pages know it: what of its bundle they tell, and what the page's script is told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_site.card import facts
from build_site.card import operating_points as points
from build_site.config import SiteConfig
from build_site.i18n.words import Words
from plainfilm.bundle import METADATA, PREDICTIONS, Bundle, sha256
from plainfilm.errors import UsageError


@dataclass(frozen=True)
class Model:
    """What the pages need of a bundle.

    Attributes:
        metadata: Of the bundle.
        metadata_sha256: Of the bundle's metadata.json, as lower-case hexadecimal digits.
        has_heatmap: Whether its graph has the output `heatmap`.
        predictions: What its network said of the films it was measured on, as in predictions.json; empty where the
            bundle does not say.
    """

    metadata: dict[str, Any]
    metadata_sha256: str
    has_heatmap: bool
    predictions: list[dict[str, Any]]

    @property
    def name(self) -> str:
        """The bundle's name."""
        return str(self.metadata["name"])


def model_of(bundle: Bundle) -> Model:
    """What the pages need of a bundle that was read."""
    predictions: dict[str, Any] = {"films": []}
    if bundle.has_predictions:
        predictions = json.loads((bundle.path / PREDICTIONS).read_text("utf-8"))
    return Model(
        metadata=bundle.metadata,
        metadata_sha256=sha256(bundle.path / METADATA),
        has_heatmap="heatmap" in bundle.model["signature"]["outputs"],
        predictions=predictions["films"],
    )


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
                    f"{bundle.path} reads something else than {bundles[0].path}, so that they cannot share a site",
                    received=f"{key} {bundle.metadata[key]}",
                    expected=first[key],
                    next_step="build a site for each",
                )
    if len(set(names)) < len(names):
        raise UsageError("two bundles of the site have the same name", received=", ".join(names))


def page_data(model: Model, site: SiteConfig, words: Words) -> dict[str, Any]:
    """What the page's script is told of a model: `Model` in site_template/src/shared/site.ts."""
    metadata = model.metadata
    return {
        "model": model.name,
        "title": metadata["title"],
        "model_sha256": model.metadata_sha256,
        "precision": metadata["precision"],
        "disclaimer": disclaimer(model, site, words),
        "operating_points": points.operating_points(metadata, words),
        "travel": facts.travel(metadata, words),
        "splits": [{"name": split["name"], "title": split["title"]} for split in metadata.get("splits", [])],
        "view": metadata["image_converter"]["view"],
        "has_heatmap": model.has_heatmap,
        "has_predictions": bool(model.predictions),
    }


def about(model: Model, site: SiteConfig, words: Words) -> dict[str, Any]:
    """What the reading page says of a model: in the list of models, and in the few lines about the chosen one."""
    metadata = model.metadata
    return {
        "name": model.name,
        "title": metadata["title"],
        "description": metadata["description"],
        "size": facts.size(metadata, words),
        "figures": facts.headlines(metadata, site, words),
        "key_facts": facts.key_facts(metadata, site, words),
    }


def disclaimer(model: Model, site: SiteConfig, words: Words) -> str:
    """What stands beside every result: what the site is not, and whom its network learned from."""
    return f"{site.warning} {facts.training_population(model.metadata, words)}"


def shipped_models() -> Path:
    """The folder of the bundles that come with the project: at the checkout's root, or beside this package once installed."""
    here = Path(__file__).parent
    return next(
        (root / "export" / "models" for root in (here.parents[1], here.parent) if (root / "export").is_dir()), here
    )
