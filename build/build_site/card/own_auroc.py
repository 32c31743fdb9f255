"""How well a model tells its own test films apart: what "Measured on your films" holds its figures against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from build_site.card.facts import EXTERNAL
from plainfilm.metadata import Measurement

TEST, VALIDATION = "test", "val"


def own_auroc(evaluation: Sequence[Measurement]) -> dict[str, Any] | None:
    """The AUROC on films like those that it learned from; None where it was not measured, or only on films from elsewhere.

    Films that chose nothing count before those of validation.
    """
    rows = [row for row in evaluation if row["metric"] == "auroc" and not row["split"].startswith(EXTERNAL)]
    if not rows:
        return None
    row = min(rows, key=lambda one: (one["split"] != TEST, one["split"].startswith(VALIDATION)))
    return {"value": row["value"], "low": row.get("low"), "high": row.get("high")}
