"""What the page's script gets from the page: `Site` in site_template/src/shared/site.ts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from build_site.addresses import Addresses, card_path
from build_site.card.facts import Facts
from build_site.card.operating_points import points_of
from build_site.card.own_auroc import own_auroc
from build_site.card.own_points import with_own
from build_site.card.populations import populations_of
from build_site.edition import Edition
from build_site.models import Model


def data_over_http(edition: Edition, seen: Addresses) -> str:
    """The JSON of a page that loads its parts, which it sees at these addresses."""
    models = [
        _model_data(model, edition, bundle=seen.bundles[model.name], card=card_path(model, edition))
        for model in edition.models
    ]
    samples = _samples(edition, seen.samples)
    source = {"kind": "http", "wasm": seen.wasm}
    pinned = {
        path: seen.sha256[path]
        for path in (seen.worker, seen.litert, seen.formats, seen.measure, seen.later, *seen.wasm.values())
        if path is not None
    }
    parts = {
        "worker": seen.worker,
        "litert": seen.litert,
        "formats": seen.formats,
        "measure": seen.measure,
        "later": seen.later,
        "service_worker": seen.service_worker,
    }
    return _json(edition, {"source": source, "sha256": pinned, **parts, "models": models, "samples": samples})


def data_embedded(edition: Edition, card: str) -> str:
    """The JSON of a page that holds its parts; `card` is the address of its model card."""
    models = [_model_data(edition.models[0], edition, bundle=None, card=card)]
    parts = {"worker": None, "litert": None, "formats": None, "measure": None, "later": None, "service_worker": None}
    samples = _samples(edition, (None,) * len(edition.site.files.samples))
    return _json(edition, {"source": {"kind": "embedded"}, "sha256": {}, **parts, "models": models, "samples": samples})


def _json(edition: Edition, data: Mapping[str, Any]) -> str:
    """With what every page has; it may stand between <script> tags."""
    metadata = edition.models[0].metadata
    document = {
        "language": edition.language.tag,
        "version": edition.site.version,
        "classes": [{"name": name, "label": edition.config.label_of(name)} for name in metadata["class_names"]],
        "positive_class": metadata["positive_class"],
        "labels": edition.config.labels,
        "dicom": msgspec.to_builtins(edition.config.dicom),
        "opens_dicom": edition.config.features.dicom,
        "messages": edition.messages,
        **data,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _samples(edition: Edition, addresses: Sequence[str | None]) -> list[dict[str, str | float | None]]:
    return [
        {
            "name": sample.name,
            "address": address,
            "truth": None if sample.truth is None else edition.config.label_of(sample.truth),
            "age": sample.sample.age,
        }
        for sample, address in zip(edition.site.files.samples, addresses, strict=True)
    ]


def _with_own(points: list[dict[str, Any]], model: Model, facts: Facts, population: str | None) -> list[dict[str, Any]]:
    """With the site's own of a population; None: of all pictures alike, or of the first population."""
    of = population or next((one["name"] for one in model.metadata.get("populations", [])), None)
    return with_own(points, [own for own in model.own_points if own.population == of], facts, model.first_point)


def _model_data(model: Model, edition: Edition, *, bundle: str | None, card: str) -> dict[str, Any]:
    metadata, facts = model.metadata, edition.facts_of(model)
    return {
        "name": model.name,
        "title": metadata["title"],
        "sha256": model.metadata_sha256,
        "precision": metadata["precision"],
        "disclaimer": facts.disclaimer(),
        "operating_points": _with_own(points_of(facts, metadata["operating_points"]), model, facts, None),
        "populations": [
            one | {"operating_points": _with_own(one["operating_points"], model, facts, one["name"])}
            for one in populations_of(facts)
        ],
        "auroc": own_auroc(metadata["evaluation"]),
        "travel": facts.external(),
        "splits": [{"name": split["name"], "title": split["title"]} for split in metadata.get("splits", [])],
        "view": metadata["image_converter"]["view"],
        "in_colour": metadata["image_converter"].get("colour") == "rgb",
        "has_heatmap": model.has_heatmap,
        "has_litert": model.has_litert,
        "has_predictions": bool(model.predictions) and edition.config.features.students,
        "bundle": bundle,
        "card": card,
    }
