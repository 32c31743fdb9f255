"""How precisely percentages are written wherever people read them. The page: site_template/src/shared/percent.ts."""

from __future__ import annotations

# Of scores, thresholds, shares and intervals alike.
DECIMALS = 1


def percent(share: float) -> str:
    """0.951 → `95.1 %`, for English reports."""
    return f"{share * 100:.{DECIMALS}f} %"
