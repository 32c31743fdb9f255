"""What a model card says beyond the tables of facts.py: figures, confusion matrices, the model's citation, the site's texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from build_site.card import curves, figures
from build_site.card.curves import Sample
from build_site.card.facts import NO_BREAK, Facts, Measured
from build_site.card.texts import CardTexts, Citation
from build_site.edition import Edition
from build_site.i18n.strings import fill
from build_site.i18n.words import Words
from build_site.models import Model

BINS = 10
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
class Matrix:
    """A confusion matrix at the default operating point."""

    films: str
    counts: curves.Counts


@dataclass(frozen=True)
class Card:
    """What the template of a model card needs of one model."""

    texts: CardTexts
    preprocessing: str
    splits: list[tuple[str, str]]
    calibration: list[Measured]
    figures: list[Figure]
    matrices: list[Matrix]
    threshold: str
    citations: list[Citation]


def card_of(model: Model, edition: Edition) -> Card:
    """Gathers a model's card."""
    facts, words = edition.facts_of(model), edition.words
    texts = edition.card_texts.of(model.name)
    samples = _samples(model, facts)
    return Card(
        texts=texts,
        preprocessing=fill(words["card_preprocessing_value"], {"input": facts.input()}),
        splits=[(split["title"], words.number(split["n"])) for split in model.metadata.get("splits", [])],
        calibration=facts.calibration(),
        figures=_figures(samples, model.threshold, facts),
        matrices=[Matrix(films, curves.counts_at(sample, model.threshold)) for _, films, sample in samples],
        threshold=words.percent(model.threshold),
        citations=[Citation(words["card_this_model"], _bibtex(model, edition)), *texts.citations],
    )


def _samples(model: Model, facts: Facts) -> list[tuple[str, str, Sample]]:
    """Name, title and films of every split that has both kinds of films; those that chose nothing come first."""
    positive = model.metadata["class_names"].index(model.metadata["positive_class"])
    names = dict.fromkeys(film["split"] for film in model.predictions if film["split"] not in REPEATED)
    found = [(name, curves.sample_of(model.predictions, name, positive)) for name in names]
    return sorted(
        ((name, facts.films_of(name), sample) for name, sample in found if sample is not None),
        key=lambda one: (one[0] != "test", one[0].startswith("val")),
    )


def _figures(samples: Sequence[tuple[str, str, Sample]], threshold: float, facts: Facts) -> list[Figure]:
    if not samples:
        return []
    words = facts.words
    _, films, sample = samples[0]
    of_films = f"{films}, n{NO_BREAK}={NO_BREAK}{words.number(len(sample.positive) + len(sample.others))}"
    return [
        _roc(samples, threshold, facts),
        _reliability(sample, of_films, words),
        _histogram(sample, of_films, threshold, words),
    ]


def _roc(samples: Sequence[tuple[str, str, Sample]], threshold: float, facts: Facts) -> Figure:
    words = facts.words
    points = [curves.roc_point(sample, threshold) for _, _, sample in samples]
    aurocs = [facts.value_of("auroc", name) for name, _, _ in samples]
    legend = [
        f"{films}: AUROC {auroc}" if auroc else films for (_, films, _), auroc in zip(samples, aurocs, strict=True)
    ]
    svg = figures.roc_figure(
        f"{words['roc']}. {'; '.join(legend)}", [curves.roc(sample) for _, _, sample in samples], points,
        words["one_minus_specificity"], words["sensitivity"],
    )  # fmt: skip
    rows = []
    for _, films, sample in samples:
        for step in range(1, 10):
            x, y = curves.roc_point(sample, step / 10)
            rows.append([films, words.number(step / 10, 1), words.percent(y), words.percent(1 - x)])
    heads = [words["on"], words["threshold"], words["sensitivity"], words["specificity"]]
    return Figure(words["roc"], Markup(svg), words["card_roc_help"], legend, heads, rows)


def _reliability(sample: Sample, films: str, words: Words) -> Figure:
    bins = curves.reliability(sample, BINS)
    title = f"{words['reliability']}, {films}"
    svg = figures.reliability_figure(title, bins, words["probability"], words["observed"])
    rows = [
        [
            words.span(one.low, one.high, 1),
            words.number(one.positive + one.others),
            "–" if one.mean is None else words.percent(one.mean),
            "–" if one.observed is None else words.percent(one.observed[0]) + words.percent_interval(one.observed[1:]),
        ]
        for one in bins
    ]
    heads = [words["probability"], words["film_count"], words["mean_probability"], words["observed"]]
    return Figure(title, Markup(svg), words["card_reliability_help"], [], heads, rows)


def _histogram(sample: Sample, films: str, threshold: float, words: Words) -> Figure:
    title = f"{words['card_histogram']}, {films}"
    svg = figures.histogram_figure(
        title,
        sample,
        threshold,
        words["probability"],
        words["film_count"],
        f"↑ {words['is_positive']}",
        f"↓ {words['is_other']}",
    )
    rows = [
        [
            words.span(one.low, one.high, 1),
            words.number(one.positive),
            words.number(one.others),
        ]
        for one in curves.reliability(sample, BINS)
    ]
    heads = [words["probability"], words["is_positive"], words["is_other"]]
    return Figure(title, Markup(svg), words["card_histogram_help"], [], heads, rows)


def _bibtex(model: Model, edition: Edition) -> str:
    """The model itself: its hash names it better than any version."""
    metadata, config = model.metadata, edition.config
    lines = {
        "author": "{The Plainfilm authors}",
        "title": f"{{{{{metadata['title']}}}: a model of {config.title}}}",
        "year": metadata["provenance"]["created"][:4],
        "version": f"{{{edition.site.version}}}",
        "note": f"{{metadata.json, SHA-256 {model.metadata_sha256}}}",
        **({"url": f"{{{url}}}"} if (url := config.source_url or config.address) else {}),
    }
    fields = ",\n".join(f"  {name:<7} = {value}" for name, value in lines.items())
    return f"@misc{{plainfilm_{model.name},\n{fields}\n}}"
