"""What the pages say of a model, in words and rounded numbers: from a bundle's metadata to rows of text."""

from __future__ import annotations

from dataclasses import dataclass

from build_site.config import SiteConfig
from build_site.i18n.strings import fill
from build_site.i18n.words import Words
from plainfilm.metadata import Measurement, Metadata, OperatingPoint

Rows = list[tuple[str, str]]
EXTERNAL = "external_"  # begins the names of splits of external films
HEADLINES = ("accuracy", "auroc", "average_precision", "loss", "ece")
NO_BREAK = "\u00a0"
ONE_HALF = 0.5
# What a precision's name does not say by itself.
STORED_AS = {"mixed": "uint8 + float16"}


@dataclass(frozen=True)
class Measured:
    """A row of the table of measured values; `headline` marks the few that are shown first."""

    metric: str
    value: str
    interval: str
    on: str
    headline: bool


@dataclass(frozen=True)
class PointRow:
    """A row of the table of operating points: sensitivity and specificity as shares with their intervals.

    `headline` marks those on films that chose nothing, or all where there are none such.
    """

    name: str
    threshold: str
    shares: list[tuple[str, str]]
    on: str
    headline: bool


@dataclass(frozen=True)
class Facts:
    """One model's facts in the words of one edition of the site."""

    metadata: Metadata
    site: SiteConfig
    words: Words

    def rows(self) -> Rows:
        """All facts as terms and values."""
        metadata, words = self.metadata, self.words
        rows = [
            (words["classes"], self._classes()),
            (words["input"], self.input()),
            (words["size"], self.size()),
            (words["population"], metadata["training_population"]),
        ]
        if calibration := self.calibration_in_words():
            rows.append((words["calibration"], calibration))
        if (gate := metadata["ood"]) is not None:
            values = {"method": gate["method"], "kept": words.percent(gate["kept_fraction"])}
            rows.append((words["gate"], fill(words["gate_value"], values)))
        if self.site.dicom is not None and self.site.dicom.other_views:
            rows.append((words["lateral"], self._lateral()))
        rows.append((words["made"], self._made()))
        if data_sha256 := metadata["provenance"]["data_sha256"]:
            rows.append((words["data"], f"SHA-256 {data_sha256[:16]}…"))
        return rows

    def _lateral(self) -> str:
        """How well pictures are told that were taken from another side than the model's; a model from elsewhere tells none."""
        if (check := self.metadata.get("lateral")) is None:
            return self.words["lateral_none"]
        counts = {key: self.words.number(check[key], 0) for key in ("refused", "laterals")}
        return fill(self.words["lateral_value"], {**counts, "kept": self.words.percent(check["kept_fraction"])})

    def key_rows(self) -> Rows:
        """The few facts that the reading page shows; the model card has all of them."""
        words = self.words
        rows = [
            (words["classes"], self._classes()),
            (words["size"], self.size()),
            (words["population"], self.metadata["training_population"]),
        ]
        if (measured := self.headlines()) and (entry := self._headline("auroc", "accuracy")):
            rows.append((words["results"], f"{' · '.join(measured)} ({self.on(entry)})"))
        return rows + [(words["card_travel"], sentence) for sentence in self.external()]

    def input(self) -> str:
        """What of a film the network sees."""
        converter = self.metadata["image_converter"]
        shape = {"height": str(converter["height"]), "width": str(converter["width"])}
        colour = "_rgb" if converter.get("colour") == "rgb" else ""
        return fill(self.words[f"input_{converter['view']}{colour}"], shape)

    def preprocessing(self) -> str:
        """How a film becomes what the network sees."""
        converter, values = self.metadata["image_converter"], {"input": self.input()}
        sampling = converter.get("sampling", "antialias")
        if sampling == "antialias" and converter.get("colour") != "rgb":
            return fill(self.words["card_preprocessing_value"], values)
        values["sampling"] = self.words[f"sampling_{sampling.replace('-', '_')}"]
        return fill(self.words["card_preprocessing_other"], values)

    def size(self) -> str:
        """How much a visitor downloads for it, nearly."""
        weights = sum(entry["bytes"] for entry in self.metadata["files"] if entry["path"].endswith(".bin"))
        # One digit that says something, of the smallest networks too.
        digits = next((digits for digits in (1, 2) if round(weights / 1e6, digits)), 3)
        precision = self.metadata["precision"]
        values = {
            "megabytes": self.words.number(weights / 1e6, digits),
            "precision": STORED_AS.get(precision, precision),
        }
        return fill(self.words["size_value"], values)

    def headlines(self) -> list[str]:
        """AUROC and accuracy with their intervals, on the test split where there is one; without what was not measured."""
        found = [self._headline(metric) for metric in ("auroc", "accuracy")]
        return [
            f"{self.metric_name(entry['metric'])}{NO_BREAK}{self.with_interval(entry)}"
            for entry in found
            if entry is not None
        ]

    def measured(self) -> list[Measured]:
        """The table of measured values."""
        splits = {entry["split"] for entry in self.metadata["evaluation"]}
        return [
            Measured(
                metric=self.metric_name(entry["metric"]),
                value=self.words.number(entry["value"], 3),
                interval=self._interval(entry),
                on=self.on(entry),
                headline=entry["metric"] in HEADLINES and ("test" not in splits or entry["split"] == "test"),
            )
            for entry in self.metadata["evaluation"]
        ]

    def calibration_in_words(self) -> str:
        """The temperature and what it leaves; empty for a model without one."""
        words, calibration = self.words, self.metadata["calibration"]
        if calibration is None:
            return ""
        values = {
            "temperature": words.number(calibration["temperature"], 2),
            "ece": words.number(calibration["ece"], 3),
            "n": words.number(calibration["n"]),
            "films": self.films_of(calibration["split"]),
        }
        return fill(words["calibration_value"], values)

    def calibration(self) -> list[Measured]:
        """Of the measured values, the calibration errors."""
        pairs = zip(self.measured(), self.metadata["evaluation"], strict=True)
        return [row for row, entry in pairs if entry["metric"] == "ece"]

    def value_of(self, metric: str, split: str) -> str:
        """A measured value with its interval; empty where it was not measured on the split."""
        entries = self.metadata["evaluation"]
        found = (entry for entry in entries if (entry["metric"], entry["split"]) == (metric, split))
        return next((self.with_interval(entry) for entry in found), "")

    def point_rows(self) -> list[PointRow]:
        """The table of operating points; those that coincide, once."""
        points = self.metadata["operating_points"]
        reported = {point["split"] for point in points if _is_reported(point["split"])}
        alike: dict[tuple[str, float], list[OperatingPoint]] = {}
        for point in points:
            alike.setdefault((point["split"], point["threshold"]), []).append(point)
        return [
            PointRow(
                name=self.words.list([self.point_name(point["name"]) for point in same]),
                threshold=self.words.percent(same[0]["threshold"]),
                shares=list(self.shares(same[0]).values()),
                on=self.on(same[0]),
                headline=not reported or same[0]["split"] in reported,
            )
            for same in alike.values()
        ]

    def point_name(self, name: str) -> str:
        """What people call an operating point; one of a name of its own is called by that."""
        return self.words.get(f"point_{name.replace('-', '_')}", name)

    def shares(self, point: OperatingPoint) -> dict[str, tuple[str, str]]:
        """An operating point's sensitivity and specificity: percentage and interval."""
        words = self.words
        return {
            "sensitivity": (
                words.percent(point["sensitivity"]),
                words.percent_interval(point.get("sensitivity_interval")),
            ),
            "specificity": (
                words.percent(point["specificity"]),
                words.percent_interval(point.get("specificity_interval")),
            ),
        }

    def zones(self) -> str | None:
        """Which scores are indeterminate, in one sentence; None for a bundle without those thresholds, or with nothing between them."""
        thresholds = {
            point["name"]: self.words.percent(point["threshold"]) for point in self.metadata["operating_points"]
        }
        shares = {point["name"]: point["threshold"] for point in self.metadata["operating_points"]}
        if not {"screening", "rule-in"} <= shares.keys() or shares["screening"] >= shares["rule-in"]:
            return None
        return fill(self.words["zones"], {"screening": thresholds["screening"], "rule_in": thresholds["rule-in"]})

    def without_points(self) -> str:
        """How a class is read where no operating point was chosen."""
        if len(self.metadata["class_names"]) > 2:
            return self.words["card_no_point_of_several"]
        return self.words["card_no_point"].replace("{threshold}", self.words.percent(ONE_HALF))

    def external(self) -> list[str]:
        """How the model does on external films, one sentence per split that was measured."""
        by_split: dict[str, dict[str, Measurement]] = {}
        measured = [one["evaluation"] for one in self.metadata.get("populations", [])] or [self.metadata["evaluation"]]
        for entry in (entry for of_population in measured for entry in of_population):
            if entry["split"].startswith(EXTERNAL):
                by_split.setdefault(entry["split"], {})[entry["metric"]] = entry
        return [
            self._external_sentence(split, found)
            for split, found in by_split.items()
            if {"auroc", "ece", "sensitivity", "specificity"} <= found.keys()
        ]

    def films_of(self, split: str) -> str:
        """What people call the films of a split."""
        titles = {entry["name"]: entry["title"] for entry in self.metadata.get("splits", [])}
        return titles.get(split) or fill(self.words["films_of_split"], {"split": split})

    def disclaimer(self) -> str:
        """What stands beside every result: what the site is not, and whom its network learned from."""
        population = {"population": self.metadata["training_population"].rstrip(".")}
        return f"{self.site.warning} {fill(self.words['training_population'], population)}"

    def _classes(self) -> str:
        return " · ".join(self.site.label_of(name) for name in self.metadata["class_names"])

    def _made(self) -> str:
        provenance = self.metadata["provenance"]
        made = provenance["created"][:10]
        if provenance["commit"]:
            made += f", {self.words['commit']} {provenance['commit'][:12]}"
        return made + "".join(f" · {entry['name']} {entry['version']}" for entry in provenance["versions"])

    def _headline(self, *metrics: str) -> Measurement | None:
        entries = [entry for metric in metrics for entry in self.metadata["evaluation"] if entry["metric"] == metric]
        return next((entry for entry in entries if entry["split"] == "test"), entries[0] if entries else None)

    def _external_sentence(self, split: str, found: dict[str, Measurement]) -> str:
        words = self.words
        shares = {
            name: words.percent(found[name]["value"]) + words.percent_interval(_bounds(found[name]))
            for name in ("sensitivity", "specificity")
        }
        values = {
            "n": words.number(found["auroc"]["n"]),
            "films": self.films_of(split),
            "auroc": self.with_interval(found["auroc"]),
            "ece": self.with_interval(found["ece"]),
        }
        return fill(words["travel"], values | shares)

    def metric_name(self, metric: str) -> str:
        """What people call a metric: `auroc` → `AUROC`, `recall_PNEUMONIA` → `Recall, pneumonia`."""
        for name in self.metadata["class_names"]:
            if metric.endswith(f"_{name}"):
                return f"{self.metric_name(metric.removesuffix(f'_{name}'))}, {self.site.label_of(name)}"
        if metric in self.site.metrics:
            return self.site.metrics[metric]
        return self.words.get(f"metric_{metric.replace('.', '_')}", metric.replace("_", " ").capitalize())

    def on(self, entry: Measurement | OperatingPoint) -> str:
        """Which films, and how many."""
        return f"{self.films_of(entry['split'])}, n{NO_BREAK}={NO_BREAK}{self.words.number(entry['n'])}"

    def _interval(self, entry: Measurement) -> str:
        bounds = _bounds(entry)
        return self.words.span(*bounds, 3) if bounds else ""

    def with_interval(self, entry: Measurement) -> str:
        """A measured value with its interval in parentheses."""
        interval = self._interval(entry)
        return self.words.number(entry["value"], 3) + (f" ({interval})" if interval else "")


def _is_reported(split: str) -> bool:
    """Whether a split's films chose nothing."""
    return split == "test" or split.startswith(EXTERNAL)


def _bounds(entry: Measurement) -> tuple[float, float] | None:
    return None if entry["low"] is None or entry["high"] is None else (entry["low"], entry["high"])
