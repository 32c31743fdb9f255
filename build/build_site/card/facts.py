"""What the page says of the model, in words and rounded numbers: from a bundle's metadata to rows of text."""

from __future__ import annotations

from typing import Any

from build_site.config import SiteConfig, fill
from build_site.i18n.words import Words

Rows = list[tuple[str, str]]
SHARES = ("sensitivity", "specificity")
EXTERNAL = "external_"  # begins the names of splits of films from elsewhere
HEADLINES = ("accuracy", "auroc", "average_precision", "loss", "ece")
NO_BREAK = "\u00a0"


def facts(metadata: dict[str, Any], site: SiteConfig, words: Words) -> Rows:
    """The model's facts as terms and values."""
    provenance = metadata["provenance"]
    rows = [
        (words["classes"], " · ".join(site.label_of(name) for name in metadata["class_names"])),
        (words["input"], looks_at(metadata, words)),
        (words["size"], size(metadata, words)),
        (words["population"], metadata["training_population"]),
    ]
    if (calibration := metadata["calibration"]) is not None:
        values = {
            "temperature": words.number(calibration["temperature"], 2),
            "ece": words.number(calibration["ece"], 3),
        }
        values |= {"n": words.number(calibration["n"]), "films": films_of(metadata, calibration["split"], words)}
        rows.append((words["calibration"], fill(words["calibration_value"], values)))
    if (ood := metadata["ood"]) is not None:
        rows.append(
            (
                words["gate"],
                fill(words["gate_value"], {"method": ood["method"], "kept": words.percent(ood["kept_fraction"])}),
            )
        )
    made = provenance["created"][:10]
    if provenance["commit"]:
        made += f", {words['commit']} {provenance['commit'][:12]}"
    made += "".join(f" · {entry['name']} {entry['version']}" for entry in provenance["versions"])
    rows.append((words["made"], made))
    if provenance["data_sha256"]:
        rows.append((words["data"], f"SHA-256 {provenance['data_sha256'][:16]}…"))
    return rows


def looks_at(metadata: dict[str, Any], words: Words) -> str:
    """What of a film the network sees."""
    converter = metadata["image_converter"]
    shape = {"height": str(converter["height"]), "width": str(converter["width"])}
    return fill(words[f"input_{converter['view']}"], shape)


def default_threshold(metadata: dict[str, Any]) -> float:
    """A film is read as positive at this probability or above: the first operating point's, or one half."""
    points = metadata["operating_points"]
    return float(points[0]["threshold"]) if points else 0.5


def with_interval_of(metadata: dict[str, Any], metric: str, split: str, words: Words) -> str:
    """A measured value with its interval; empty where it was not measured on the split."""
    found = (entry for entry in metadata["evaluation"] if (entry["metric"], entry["split"]) == (metric, split))
    return next((_with_interval(entry, words) for entry in found), "")


def size(metadata: dict[str, Any], words: Words) -> str:
    """How much a visitor downloads for it, nearly."""
    weights = sum(entry["bytes"] for entry in metadata["files"] if entry["path"].endswith(".bin"))
    return fill(words["size_value"], {"megabytes": words.number(weights / 1e6, 1), "precision": metadata["precision"]})


def key_facts(metadata: dict[str, Any], site: SiteConfig, words: Words) -> Rows:
    """The few facts that the reading page shows; the model card has all of them."""
    rows = [
        (words["classes"], " · ".join(site.label_of(name) for name in metadata["class_names"])),
        (words["size"], size(metadata, words)),
        (words["population"], metadata["training_population"]),
    ]
    if (measured := headlines(metadata, site, words)) and (entry := _headline(metadata, "auroc", "accuracy")):
        rows.append((words["results"], f"{' · '.join(measured)} ({_on(entry, metadata, words)})"))
    return rows + [(words["card_travel"], sentence) for sentence in travel(metadata, words)]


def headlines(metadata: dict[str, Any], site: SiteConfig, words: Words) -> list[str]:
    """AUROC and accuracy with their intervals, on the test split where there is one; what was not measured is left out."""
    found = [_headline(metadata, metric) for metric in ("auroc", "accuracy")]
    return [
        f"{_metric_name(entry['metric'], [], site, words)}{NO_BREAK}{_with_interval(entry, words)}"
        for entry in found
        if entry is not None
    ]


def _headline(metadata: dict[str, Any], *metrics: str) -> dict[str, Any] | None:
    entries = [entry for metric in metrics for entry in metadata["evaluation"] if entry["metric"] == metric]
    return next((entry for entry in entries if entry["split"] == "test"), entries[0] if entries else None)


def films_of(metadata: dict[str, Any], split: str, words: Words) -> str:
    """What people call the films of a split."""
    titles: dict[str, str] = {entry["name"]: entry["title"] for entry in metadata.get("splits", [])}
    return titles.get(split) or fill(words["films_of_split"], {"split": split})


def operating_points(metadata: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    """The table of operating points; `headline` marks those of films that chose nothing, or all where there are none such."""
    points = metadata["operating_points"]
    reported = {point["split"] for point in points if _is_reported(point["split"])}
    return [
        {
            "name": point["name"],
            "threshold": words.number(point["threshold"], 3),
            "shares": [
                (words.percent(point[name]), words.percent_interval(point.get(f"{name}_interval"))) for name in SHARES
            ],
            "on": _on(point, metadata, words),
            "headline": not reported or point["split"] in reported,
        }
        for point in points
    ]


def zones(metadata: dict[str, Any], words: Words) -> str | None:
    """What is ruled out, ruled in and indeterminate, in one sentence; None for a bundle without those thresholds."""
    thresholds = {point["name"]: words.percent(point["threshold"]) for point in metadata["operating_points"]}
    if not {"screening", "rule-in"} <= thresholds.keys():
        return None
    return fill(words["zones"], {"screening": thresholds["screening"], "rule_in": thresholds["rule-in"]})


def travel(metadata: dict[str, Any], words: Words) -> list[str]:
    """How the model does on films from elsewhere, a sentence for each such split that was measured."""
    by_split: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in metadata["evaluation"]:
        if entry["split"].startswith(EXTERNAL):
            by_split.setdefault(entry["split"], {})[entry["metric"]] = entry
    return [
        fill(
            words["travel"],
            {
                "n": words.number(found["auroc"]["n"]),
                "films": films_of(metadata, split, words),
                "auroc": _with_interval(found["auroc"], words),
                "ece": _with_interval(found["ece"], words),
                **{
                    name: words.percent(found[name]["value"]) + words.percent_interval(_bounds(found[name]))
                    for name in SHARES
                },
            },
        )
        for split, found in by_split.items()
        if {"auroc", "ece", *SHARES} <= found.keys()
    ]


def training_population(metadata: dict[str, Any], words: Words) -> str:
    """Whom the network learned from, in one sentence."""
    return fill(words["training_population"], {"population": metadata["training_population"].rstrip(".")})


def evaluation(metadata: dict[str, Any], site: SiteConfig, words: Words) -> list[dict[str, Any]]:
    """The table of measured values; `headline` marks the few that are shown first, on the test split where there is one."""
    splits = {entry["split"] for entry in metadata["evaluation"]}
    return [
        {
            "metric": _metric_name(entry["metric"], metadata["class_names"], site, words),
            "value": words.number(entry["value"], 3),
            "interval": _interval(entry, words),
            "on": _on(entry, metadata, words),
            "headline": entry["metric"] in HEADLINES and ("test" not in splits or entry["split"] == "test"),
        }
        for entry in metadata["evaluation"]
    ]


def _metric_name(metric: str, class_names: list[str], site: SiteConfig, words: Words) -> str:
    """`auroc` → `AUROC`, `recall_PNEUMONIA` → `Recall, pneumonia`."""
    for name in class_names:
        if metric.endswith(f"_{name}"):
            return f"{_metric_name(metric.removesuffix(f'_{name}'), [], site, words)}, {site.label_of(name)}"
    return words.get(f"metric_{metric.replace('.', '_')}", metric.replace("_", " ").capitalize())


def _is_reported(split: str) -> bool:
    """Whether a split's films chose nothing."""
    return split == "test" or split.startswith(EXTERNAL)


def _on(entry: dict[str, Any], metadata: dict[str, Any], words: Words) -> str:
    """Which films, and how many."""
    return f"{films_of(metadata, entry['split'], words)}, n{NO_BREAK}={NO_BREAK}{words.number(entry['n'])}"


def _bounds(entry: dict[str, Any]) -> list[float] | None:
    return None if entry["low"] is None or entry["high"] is None else [entry["low"], entry["high"]]


def _interval(entry: dict[str, Any], words: Words) -> str:
    bounds = _bounds(entry)
    return words.span(bounds[0], bounds[1], 3) if bounds else ""


def _with_interval(entry: dict[str, Any], words: Words) -> str:
    interval = _interval(entry, words)
    return words.number(entry["value"], 3) + (f" ({interval})" if interval else "")
