"""What a model card says beyond the tables of facts.py: figures, confusion matrices, the model's citation, the site's texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from build_site.card.facts import NO_BREAK, Facts, Measured
from build_site.card.figures import Axes, Counts, Drawn, Request, Share, count_of, draw, interval_of, splits_with_both
from build_site.card.hospitals import HospitalTable, hospital_table, of_populations
from build_site.card.texts import CardTexts, Citation
from build_site.edition import Edition
from build_site.i18n.words import Words
from build_site.models import Model, of_first

# Splits that repeat films of another one.
REPEATED = ("val_varied", "test_without_duplicates")


@dataclass(frozen=True)
class Figure:
    """A figure, what stands below it, and the same as a table."""

    title: str
    svg: Markup
    help: str
    legend: list[str]
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Cell:
    """Films of one class that are read as one class, and what people call that."""

    count: str
    word: str
    kind: Literal["right", "wrong", "none"]


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix: a row for what films are, a column for what they are read as."""

    caption: str
    heads: list[str]
    rows: list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Card:
    """What the template of a model card needs of one model."""

    texts: CardTexts
    preprocessing: str
    heatmap: str
    splits: list[tuple[str, str]]
    calibration: list[Measured]
    figures: list[Figure]
    matrices: list[Matrix]
    citations: list[Citation]
    hospitals: HospitalTable | None
    populations: list[tuple[str, Facts]]


# By language and the model's name.
Cards = dict[tuple[str, str], Card]


def cards_of(editions: Sequence[Edition]) -> Cards:
    """The cards of every model in every edition."""
    plans = [_Plan(model, edition) for edition in editions for model in edition.models]
    drawings = iter(draw([plan.request() for plan in plans if plan.splits]))
    return {
        (plan.edition.language.tag, plan.model.name): plan.card(next(drawings) if plan.splits else None)
        for plan in plans
    }


class _Plan:
    """One card before its figures are drawn."""

    def __init__(self, model: Model, edition: Edition) -> None:
        self.model, self.edition = model, edition
        self.facts: Facts = edition.facts_of(model)
        self.words: Words = edition.words
        self.predictions = of_first(model)
        self.label = model.metadata["class_names"].index(model.metadata["positive_class"])
        names = [name for name in splits_with_both(self.predictions, self.label) if name not in REPEATED]
        self.splits = sorted(names, key=_chose_nothing_first)
        self.films = [self.facts.films_of(name) for name in self.splits]

    def request(self) -> Request:
        """What is to be drawn."""
        words = self.words
        return Request(
            films=self.predictions,
            label=self.label,
            threshold=self.model.threshold,
            splits=self.splits,
            titles={
                "roc": f"{words['roc']}. {'; '.join(self._legend())}",
                "reliability": self._title(words["reliability"]),
                "histogram": self._title(words["card_histogram"]),
            },
            axes={
                "roc": Axes(words["one_minus_specificity"], words["sensitivity"]),
                "reliability": Axes(words["probability"], words["observed"]),
                "histogram": Axes(words["probability"], words["film_count"]),
            },
            sides={"up": f"↑ {words['is_positive']}", "down": f"↓ {words['is_other']}"},
        )

    def card(self, drawn: Drawn | None) -> Card:
        """The card; without figures where nothing was drawn."""
        model, words, metadata = self.model, self.words, self.model.metadata
        texts = self.edition.card_texts.of(model.name)
        counts = drawn["counts"] if drawn else []
        return Card(
            texts=texts,
            preprocessing=self.facts.preprocessing(),
            heatmap=words["card_heatmap_network"] if model.has_heatmap else words["card_heatmap_covering"],
            splits=[(split["title"], words.number(split["n"])) for split in metadata.get("splits", [])],
            calibration=self.facts.calibration(),
            figures=[self._roc(drawn), self._reliability(drawn), self._histogram(drawn)] if drawn else [],
            matrices=self._of_every_class()
            or [self._of_two(films, found) for films, found in zip(self.films, counts, strict=True)],
            citations=[Citation(words["card_this_model"], _bibtex(model, self.edition)), *texts.citations],
            hospitals=hospital_table(self.facts),
            populations=of_populations(self.facts),
        )

    def _title(self, name: str) -> str:
        """A figure's name with the films that it shows."""
        count = self.words.number(count_of(self.predictions, self.splits[0]))
        return f"{name}, {self.films[0]}, n{NO_BREAK}={NO_BREAK}{count}"

    def _legend(self) -> list[str]:
        aurocs = [self.facts.value_of("auroc", name) for name in self.splits]
        return [f"{films}: AUROC {auroc}" if auroc else films for films, auroc in zip(self.films, aurocs, strict=True)]

    def _of_two(self, films: str, counts: Counts) -> Matrix:
        """The positive class against the rest, at the default operating point."""
        words = self.words

        def cell(count: int, word: str, *, right: bool) -> Cell:
            return Cell(words.number(count), words[word], "right" if right else "wrong")

        rows = [
            (
                words["is_positive"],
                [
                    cell(counts["truePositives"], "found", right=True),
                    cell(counts["falseNegatives"], "missed", right=False),
                ],
            ),
            (
                words["is_other"],
                [
                    cell(counts["falsePositives"], "false_alarms", right=False),
                    cell(counts["trueNegatives"], "cleared", right=True),
                ],
            ),
        ]
        return Matrix(self._caption(films), [words["read_positive"], words["read_other"]], rows)

    def _cell(self, count: int, *, right: bool) -> Cell:
        """Among many classes most mistakes are never made: these do not stand out."""
        return Cell(self.words.number(count), "", "right" if right else "wrong" if count else "none")

    def _of_every_class(self) -> list[Matrix]:
        """Of three and more classes, each against each: what the bundle says was counted."""
        counted = self.model.metadata.get("confusion_matrix", [])
        found = dict.fromkeys(row["split"] for row in counted if row["split"] not in REPEATED)
        names = self.model.metadata["class_names"]
        heads = [self.edition.config.label_of(name) for name in names]
        matrices = []
        for split in sorted(found, key=_chose_nothing_first):
            films = {(row["label"], row["read_as"]): row["n"] for row in counted if row["split"] == split}
            rows = [
                (head, [self._cell(films.get((label, read), 0), right=label == read) for read in names])
                for head, label in zip(heads, names, strict=True)
            ]
            caption = f"{self._caption(self.facts.films_of(split))} {self.words['confusion_help']}"
            matrices.append(Matrix(caption, heads, rows))
        return matrices

    def _caption(self, films: str) -> str:
        """What a confusion matrix is of; without operating points, three and more classes have no threshold."""
        metadata, words = self.model.metadata, self.words
        caption = f"{words['confusion']}, {films}."
        if len(metadata["class_names"]) > 2 and not metadata["operating_points"]:
            return caption
        threshold = words.percent(self.model.threshold)
        return f"{caption} {words['card_confusion_help'].replace('{threshold}', threshold)}"

    def _roc(self, drawn: Drawn) -> Figure:
        words = self.words
        rows = [
            [films, words.number(step / 10, 1), words.percent(at["sensitivity"]), words.percent(at["specificity"])]
            for films, points in zip(self.films, drawn["roc"], strict=True)
            for step, at in enumerate(points, start=1)
        ]
        heads = [words["on"], words["threshold"], words["sensitivity"], words["specificity"]]
        svg = Markup(drawn["svgs"]["roc"])
        return Figure(words["roc"], svg, words["card_roc_help"], self._legend(), heads, rows)

    def _reliability(self, drawn: Drawn) -> Figure:
        words = self.words
        rows = [
            [
                words.span(one["from"], one["to"], 1),
                words.number(one["positive"] + one["others"]),
                "–" if one["meanProbability"] is None else words.percent(one["meanProbability"]),
                self._observed(one["observed"]),
            ]
            for one in drawn["bins"]
        ]
        heads = [words["probability"], words["film_count"], words["mean_probability"], words["observed"]]
        svg = Markup(drawn["svgs"]["reliability"])
        return Figure(self._title(words["reliability"]), svg, words["card_reliability_help"], [], heads, rows)

    def _histogram(self, drawn: Drawn) -> Figure:
        words = self.words
        rows = [
            [words.span(one["from"], one["to"], 1), words.number(one["positive"]), words.number(one["others"])]
            for one in drawn["bins"]
        ]
        heads = [words["probability"], words["is_positive"], words["is_other"]]
        svg = Markup(drawn["svgs"]["histogram"])
        return Figure(self._title(words["card_histogram"]), svg, words["card_histogram_help"], [], heads, rows)

    def _observed(self, share: Share | None) -> str:
        if share is None:
            return "–"
        return self.words.percent(share["value"]) + self.words.percent_interval(interval_of(share))


def _chose_nothing_first(split: str) -> tuple[bool, bool]:
    """Sorts splits: the test films, external ones, those that chose something."""
    return split != "test", split.startswith("val")


def _bibtex(model: Model, edition: Edition) -> str:
    """The model itself: its hash names it better than any version."""
    metadata, config = model.metadata, edition.config
    lines = {
        # Who trained a model that came from elsewhere, nobody said.
        **({"author": "{The Plainfilm authors}"} if metadata["provenance"]["data_sha256"] else {}),
        "title": f"{{{{{metadata['title']}}}: a model of {config.title}}}",
        "year": metadata["provenance"]["created"][:4],
        "version": f"{{{edition.site.version}}}",
        "note": f"{{metadata.json, SHA-256 {model.metadata_sha256}}}",
        **({"url": f"{{{url}}}"} if (url := config.source_url or config.address) else {}),
    }
    fields = ",\n".join(f"  {name:<7} = {value}" for name, value in lines.items())
    return f"@misc{{plainfilm_{model.name},\n{fields}\n}}"
