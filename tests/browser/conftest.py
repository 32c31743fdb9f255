"""Sites of several kinds: with three operating points and what the network said of the films it was measured on; of two models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from build_site.site import build
from tests.conftest import Serve
from tests.tiny_bundle import operating_point, sign, write_tiny_bundle

# Name → threshold, sensitivity, specificity.
POINTS = {"balanced": (0.45, 0.95, 0.88), "screening": (0.2, 0.99, 0.6), "rule-in": (0.7, 0.8, 0.97)}

ADULTS = "adults of one hospital in Bethesda"

# A film at 0.45 is read as positive by the balanced point.
PREDICTIONS: list[dict[str, Any]] = [
    {"split": "val", "label": 0, "probabilities": [0.1]},
    {"split": "val", "label": 1, "probabilities": [0.9]},
    {"split": "test", "label": 0, "probabilities": [0.02, 0.05, 0.1, 0.12, 0.15, 0.3, 0.45, 0.6]},
    {"split": "test", "label": 1, "probabilities": [0.25, 0.4, 0.75, 0.8, 0.9, 0.95, 0.97, 0.99, 0.99, 1]},
]


def write_numbers_bundle(folder: Path) -> Path:
    """A tiny bundle with three operating points, each measured on two splits."""
    points = [
        operating_point(
            name, *measured, split=split, n=n,
            sensitivity_interval=[measured[1] - 0.02, measured[1] + 0.01],
            specificity_interval=[measured[2] - 0.02, measured[2] + 0.01],
        )
        for name, measured in POINTS.items()
        for split, n in (("val", 400), ("test", 624))
    ]  # fmt: skip
    splits = [{"name": "val", "title": "validation films", "n": 400}, {"name": "test", "title": "test films", "n": 624}]
    bundle = write_tiny_bundle(folder, operating_points=points, splits=splits)
    (bundle / "predictions.json").write_text(json.dumps({"schema_version": 1, "films": PREDICTIONS}), "utf-8")
    sign(bundle)
    return bundle


@pytest.fixture(scope="session")
def numbers_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its site; not to be changed."""
    bundle = write_numbers_bundle(tmp_path_factory.mktemp("numbers"))
    return build(tmp_path_factory.mktemp("numbers_site") / "dist", bundle=bundle).out


@pytest.fixture(scope="session")
def numbers_address(numbers_site: Path, serve: Serve) -> str:
    """Where it is served."""
    return serve(numbers_site)


@pytest.fixture(scope="session", params=["index.html", "standalone.html"])
def numbers_page(request: pytest.FixtureRequest, numbers_site: Path, numbers_address: str) -> str:
    """Its page as it is served, and in one file from a disk."""
    return numbers_address if request.param == "index.html" else (numbers_site / "standalone.html").as_uri()


@pytest.fixture(scope="session")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two models, of which the second has three operating points and predictions; not to be changed."""
    folder = tmp_path_factory.mktemp("two_models")
    points = [operating_point(name, at, n=50) for name, at in (("balanced", 0.5), ("screening", 0.2), ("rule-in", 0.7))]
    other = write_tiny_bundle(
        folder, name="other", title="Another network", training_population=ADULTS, operating_points=points
    )
    groups = [
        {"split": "test", "label": label, "probabilities": [0.2 + label / 2, 0.4 + label / 2]} for label in (0, 1)
    ]
    (other / "predictions.json").write_text(json.dumps({"schema_version": 1, "films": groups}), "utf-8")
    sign(other)
    return build(folder / "dist", bundle=[write_tiny_bundle(folder), other]).out


@pytest.fixture(scope="session")
def two_models_address(two_models: Path, serve: Serve) -> str:
    return serve(two_models)


@pytest.fixture(params=["served", "standalone"])
def place(request: pytest.FixtureRequest, address: str, tiny_site: Path) -> str:
    """The page in both of its forms."""
    return address if request.param == "served" else (tiny_site / "standalone.html").as_uri()
