"""What the page says of the model, in words and rounded numbers: from a bundle's metadata to rows of text."""

from __future__ import annotations

from typing import Any

from build_site.config import SiteConfig, fill

Rows = list[tuple[str, str]]
SHARES = ("sensitivity", "specificity")
HEADLINES = ("accuracy", "auroc", "average_precision", "loss", "ece")
NO_BREAK = "\u00a0"
METRICS = {"auroc": "AUROC", "average_precision": "Average precision", "ece": "Expected calibration error"}


def percent(value: float) -> str:
    """0.951 → `95.1 %`, with a space that does not break."""
    return f"{value * 100:.1f}{NO_BREAK}%"


def percent_interval(interval: list[float] | None) -> str:
    """A 95 % interval as ` (92.8–97.2)`, or nothing."""
    return f" ({interval[0] * 100:.1f}–{interval[1] * 100:.1f})" if interval else ""


def facts(metadata: dict[str, Any], site: SiteConfig, words: dict[str, str]) -> Rows:
    """The model's facts as terms and values."""
    converter, provenance = metadata["image_converter"], metadata["provenance"]
    weights = sum(entry["bytes"] for entry in metadata["files"] if entry["path"].endswith(".bin"))
    shape = {"height": str(converter["height"]), "width": str(converter["width"])}
    rows = [
        (words["classes"], " · ".join(site.label_of(name) for name in metadata["class_names"])),
        (words["input"], fill(words[f"input_{converter['view']}"], shape)),
        (
            words["size"],
            fill(words["size_value"], {"megabytes": f"{weights / 1e6:.1f}", "precision": metadata["precision"]}),
        ),
        (words["population"], metadata["training_population"]),
    ]
    if (calibration := metadata["calibration"]) is not None:
        values = {"temperature": f"{calibration['temperature']:.2f}", "ece": f"{calibration['ece']:.3f}"}
        values |= {"n": f"{calibration['n']:,}", "split": calibration["split"]}
        rows.append((words["calibration"], fill(words["calibration_value"], values)))
    if (ood := metadata["ood"]) is not None:
        rows.append(
            (words["gate"], fill(words["gate_value"], {"method": ood["method"], "kept": percent(ood["kept_fraction"])}))
        )
    made = provenance["created"][:10]
    if provenance["commit"]:
        made += f", {words['commit']} {provenance['commit'][:12]}"
    made += "".join(f" · {entry['name']} {entry['version']}" for entry in provenance["versions"])
    rows.append((words["made"], made))
    if provenance["data_sha256"]:
        rows.append((words["data"], f"SHA-256 {provenance['data_sha256'][:16]}…"))
    return rows


def operating_points(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of operating points."""
    return [
        {
            "name": point["name"],
            "threshold": f"{point['threshold']:.3f}",
            "shares": [(percent(point[name]), percent_interval(point.get(f"{name}_interval"))) for name in SHARES],
            "on": f"{point['split']}, n{NO_BREAK}={NO_BREAK}{point['n']:,}",
        }
        for point in metadata["operating_points"]
    ]


def operating_point_sentence(metadata: dict[str, Any], words: dict[str, str]) -> str | None:
    """The default operating point in one sentence, as measured on the test split where it was."""
    points = metadata["operating_points"]
    same_name = [point for point in points if point["name"] == points[0]["name"]]
    if not same_name:
        return None
    point = next((point for point in same_name if point["split"] == "test"), same_name[0])
    values = {
        "threshold": percent(point["threshold"]),
        **{name: percent(point[name]) + percent_interval(point.get(f"{name}_interval")) for name in SHARES},
        "n": f"{point['n']:,}",
        "split": point["split"],
    }
    return fill(words["operating_point"], values)


def training_population(metadata: dict[str, Any], words: dict[str, str]) -> str:
    """Whom the network learned from, in one sentence."""
    return fill(words["training_population"], {"population": metadata["training_population"].rstrip(".")})


def evaluation(metadata: dict[str, Any], site: SiteConfig) -> list[dict[str, Any]]:
    """The table of measured values; `headline` marks the few that are shown first, on the test split where there is one."""
    splits = {entry["split"] for entry in metadata["evaluation"]}
    return [
        {
            "metric": _metric_name(entry["metric"], metadata["class_names"], site),
            "value": f"{entry['value']:.3f}",
            "interval": _interval(entry["low"], entry["high"]),
            "on": f"{entry['split']}, n{NO_BREAK}={NO_BREAK}{entry['n']:,}",
            "headline": entry["metric"] in HEADLINES and ("test" not in splits or entry["split"] == "test"),
        }
        for entry in metadata["evaluation"]
    ]


def _metric_name(metric: str, class_names: list[str], site: SiteConfig) -> str:
    """`auroc` → `AUROC`, `recall_PNEUMONIA` → `Recall, pneumonia`."""
    for name in class_names:
        if metric.endswith(f"_{name}"):
            return f"{_metric_name(metric.removesuffix(f'_{name}'), [], site)}, {site.label_of(name)}"
    return METRICS.get(metric, metric.replace("_", " ").capitalize())


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.3f}–{high:.3f}"
