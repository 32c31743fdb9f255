"""What the page says of the model, in words and rounded numbers: from a bundle's metadata to rows of text."""

from __future__ import annotations

from typing import Any

from build_site.config import SiteConfig, fill

Rows = list[tuple[str, str]]
NO_BREAK = "\u00a0"
METRICS = {"auroc": "AUROC", "average_precision": "Average precision", "ece": "Expected calibration error"}


def percent(value: float) -> str:
    """0.951 → `95.1 %`, with a space that does not break."""
    return f"{value * 100:.1f}{NO_BREAK}%"


def share(value: float, interval: list[float] | None) -> str:
    """A share with its 95 % interval where there is one."""
    return (
        percent(value)
        if not interval
        else f"{percent(value)}{NO_BREAK}({interval[0] * 100:.1f}–{interval[1] * 100:.1f})"
    )


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


def operating_points(metadata: dict[str, Any]) -> list[dict[str, str]]:
    """The table of operating points."""
    return [
        {
            "name": point["name"],
            "threshold": f"{point['threshold']:.3f}",
            "sensitivity": share(point["sensitivity"], point.get("sensitivity_interval")),
            "specificity": share(point["specificity"], point.get("specificity_interval")),
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
        "sensitivity": share(point["sensitivity"], point.get("sensitivity_interval")),
        "specificity": share(point["specificity"], point.get("specificity_interval")),
        "n": f"{point['n']:,}",
        "split": point["split"],
    }
    return fill(words["operating_point"], values)


def evaluation(metadata: dict[str, Any]) -> list[dict[str, str]]:
    """The table of measured values."""
    return [
        {
            "metric": METRICS.get(entry["metric"], entry["metric"].replace("_", " ").capitalize()),
            "value": f"{entry['value']:.3f}",
            "interval": ""
            if entry["low"] is None or entry["high"] is None
            else f"{entry['low']:.3f}–{entry['high']:.3f}",
            "on": f"{entry['split']}, n{NO_BREAK}={NO_BREAK}{entry['n']:,}",
        }
        for entry in metadata["evaluation"]
    ]
