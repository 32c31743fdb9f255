"""Measuring on one's own films: what the page's worker says, against scikit-learn and a bootstrap in Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from tests.measured import (
    WAYS,
    Case,
    Options,
    as_json,
    ask,
    bounds,
    ece,
    expected,
    line,
    log_odds,
    measured,
    numbers,
    resampled,
    units_of,
)

NEAR = 1e-6
REASONS = ("lateral", "not-a-chest-xray", "too-small")


def drawn(n: int, seed: int, *, ties: bool = False, refused: float = 0.0, patients: int | None = None) -> list[Case]:
    """Films of both classes, unless chance or n says otherwise."""
    rng = np.random.default_rng(seed)
    cases = []
    for _ in range(n):
        label = int(rng.random() < 0.45)
        score = 1 / (1 + math.exp(-float(rng.normal(1.6 * label - 0.5, 1.7))))
        patient = None if patients is None else f"p{rng.integers(patients)}"
        out = rng.random() < refused
        cases.append(
            Case(
                label,
                None if out else round(score, 1) if ties else score,
                str(rng.choice(REASONS)) if out else None,
                patient,
                {"ward": str(rng.choice(["a", "b", ""]))},
                bool(rng.random() < 0.1),
            )
        )
    return cases


def near(found: Any, wanted: Any, where: str = "") -> None:
    """Everything that is wanted is found, to 1e-6."""
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            near(found[key], value, f"{where}.{key}")
    elif wanted is None or (
        isinstance(wanted, int) and isinstance(found, int)
    ):  # a share's end at 1 may be a hair below
        assert found == wanted, (where, found, wanted)
    else:
        assert found == pytest.approx(wanted, abs=NEAR), (where, found, wanted)


def check(found: dict[str, Any], cases: list[Case], options: Options) -> None:
    """A measurement is what Python says of the same films."""
    wanted = expected(cases, options)
    ofs = {
        key: wanted[key]
        for key in ("n", "auroc", "averagePrecision", "sensitivity", "specificity", "accuracy", "matrix")
    }
    near(found, {**ofs, "ways": wanted["ways"]})
    if cases:
        near(found["refusals"]["rate"], wanted["refusals"])
    fit = wanted["calibration"]
    if fit is None:
        assert found["calibration"] is None
        return
    near(found["calibration"]["ece"], fit["ece"])
    near(found["calibration"]["now"], {"logLoss": fit["logLoss"], "brier": fit["brier"], "ece": fit["ece"]["value"]})
    near(found["calibration"]["slope"]["value"], fit["slope"])


SETS = {
    "two hundred": (drawn(200, 1), Options()),
    "with ties and refused films": (drawn(300, 2, ties=True, refused=0.2), Options(threshold=0.6, refused="positive")),
    "patients with several films": (drawn(240, 3, patients=60, refused=0.1), Options(refused="wrong", seed=7)),
    "some patients unknown": (
        [*drawn(50, 4, patients=20), *drawn(30, 5)],
        Options(prevalence=None, resamples=31),
    ),
    "two thousand": (drawn(2000, 6, patients=900), Options(resamples=10)),
    "one film": (drawn(1, 7), Options()),
    "two films": ([Case(0, 0.2), Case(1, 0.8)], Options()),
    "all of one class": ([Case(1, score) for score in (0.1, 0.5, 0.9, 1.0)], Options()),
    "all refused": ([Case(number % 2, None, "lateral") for number in range(40)], Options(refused="wrong")),
    "wholly apart": ([Case(int(number >= 40), number / 80) for number in range(80)], Options()),
    "certain": ([Case(number % 2, float(number % 3 == 0)) for number in range(90)], Options()),
    "all the same": ([Case(number % 2, 0.5) for number in range(70)], Options()),
    "by what something else decided": (
        [Case(number % 2, number / 100, read=number % 3 == 0) for number in range(100)],
        Options(),
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    calls = [("measure", {"cases": as_json(cases), "options": vars(options)}) for cases, options in SETS.values()]
    return dict(zip(SETS, ask(*calls), strict=True))


@pytest.mark.parametrize("name", SETS)
def test_it_says_what_python_says(name: str, answers: dict[str, dict[str, Any]]) -> None:
    check(answers[name], *SETS[name])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            Case,
            label=st.integers(0, 1),
            score=st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 1.0])),
            patient=st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d", "e"])),
            doubtful=st.booleans(),
        ),
        max_size=60,
    ),
    st.floats(0, 1),
    st.sampled_from(WAYS),
)
def test_of_any_films_it_says_what_python_says(cases: list[Case], threshold: float, way: Any) -> None:
    options = Options(threshold=threshold, refused=way, resamples=15)
    found = measured(cases, options)
    check(found, cases, options)
    for way_name, figures in found["ways"].items():
        assert sum(figures["matrix"].values()) == figures["n"], way_name
        for key in ("auroc", "averagePrecision", "sensitivity", "specificity", "accuracy", "ppv", "npv"):
            value, low, high = (figures[key][part] for part in ("value", "low", "high"))
            assert value is None or 0 <= value <= 1
            assert low is None or 0 <= low <= high <= 1


def test_the_random_numbers_are_even() -> None:
    drawn_numbers = numbers(2020, 1 << 16)
    counts = np.bincount(drawn_numbers >> np.uint32(24), minlength=256)
    assert len(np.unique(drawn_numbers)) > 65_000
    assert ((counts - 256) ** 2 / 256).sum() < 350  # chi-square of 255 degrees of freedom: 330 at 0.1 %


def test_predictive_values_follow_the_typed_prevalence() -> None:
    cases, _ = SETS["two hundred"]
    found = measured(cases, Options(prevalence=0.03))
    sensitivity, specificity = found["sensitivity"], found["specificity"]
    for end in ("value", "low", "high"):
        se, sp = sensitivity[end], specificity[end]
        assert found["ppv"][end] == pytest.approx(se * 0.03 / (se * 0.03 + (1 - sp) * 0.97))
        assert found["npv"][end] == pytest.approx(sp * 0.97 / (sp * 0.97 + (1 - se) * 0.03))


def test_the_slope_has_the_robust_interval_that_its_formula_gives(answers: dict[str, dict[str, Any]]) -> None:
    for name in ("two hundred", "patients with several films", "two thousand"):
        cases = [case for case in SETS[name][0] if case.score is not None]
        label = np.array([case.label for case in cases])
        x = log_odds(np.array([case.score for case in cases], dtype=float))
        units = units_of(cases)
        intercept, slope = line(label, x)
        design = np.column_stack([np.ones_like(x), x])
        p = 1 / (1 + np.exp(-(intercept + slope * x)))
        bread = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
        scores = np.array(
            [(design * (label - p)[:, None])[units == unit].sum(axis=0) for unit in range(units.max() + 1)]
        )
        count = len(scores)
        half = 1.959964 * math.sqrt((bread @ scores.T @ scores @ bread)[1, 1] * count / (count - 1))
        near(answers[name]["calibration"]["slope"], {"low": slope - half, "high": slope + half})
        # In the large: the intercept for which the mean probability is the share of the positive class.
        large = answers[name]["calibration"]["inTheLarge"]["value"]
        assert np.mean(1 / (1 + np.exp(-(large + x)))) == pytest.approx(label.mean(), abs=NEAR)


def test_the_calibration_of_ones_own_is_that_of_folds_of_patients(answers: dict[str, dict[str, Any]]) -> None:
    cases = [case for case in SETS["patients with several films"][0] if case.score is not None]
    label = np.array([case.label for case in cases])
    x = log_odds(np.array([case.score for case in cases], dtype=float))
    units = units_of(cases)
    count = int(units.max()) + 1
    order = list(range(count))
    random = iter(numbers(7, count))
    for last in range(count - 1, 0, -1):
        other = (int(next(random)) * (last + 1)) >> 32
        order[last], order[other] = order[other], order[last]
    ill = {unit for unit, of in zip(units, label, strict=True) if of}
    dealt = [unit for unit in order if unit in ill] + [unit for unit in order if unit not in ill]
    fold_of = {unit: place % 5 for place, unit in enumerate(dealt)}
    folds = np.array([fold_of[unit] for unit in units])
    would_be = np.empty_like(x)
    for fold in range(5):
        intercept, slope = line(label[folds != fold], x[folds != fold])
        would_be[folds == fold] = 1 / (1 + np.exp(-(intercept + slope * x[folds == fold])))
    own = answers["patients with several films"]["calibration"]["own"]
    intercept, slope = line(label, x)
    near(own, {"temperature": 1 / slope, "offset": intercept, "folds": 5, "wouldBe": {"ece": ece(label, would_be)}})
    assert own["wouldBe"]["logLoss"] == pytest.approx(
        -np.mean(np.log(np.where(label == 1, would_be, 1 - would_be))), abs=NEAR
    )


def test_a_calibration_of_ones_own_stays_within_its_bounds() -> None:
    for name in ("wholly apart", "certain"):
        found = measured(SETS[name][0], Options(resamples=10))["calibration"]["own"]
        label = np.array([case.label for case in SETS[name][0]])
        x = log_odds(np.array([case.score for case in SETS[name][0]], dtype=float))
        sign = np.where(label == 1, 1.0, -1.0)

        def loss(values: Any, x: Any = x, sign: Any = sign) -> float:
            return float(np.logaddexp(0, -sign * (x * values[0] + values[1])).mean())

        best = minimize(loss, [1.0, 0.0], method="L-BFGS-B", bounds=[(0.05, 10), (-5, 5)], tol=1e-12)
        assert 0.1 <= found["temperature"] <= 20
        assert abs(found["offset"]) <= 5
        assert loss([1 / found["temperature"], found["offset"]]) <= best.fun + 1e-9


def chosen(label: Any, score: Any, times: Any, wanted: float) -> tuple[float, float, float] | None:
    """Threshold, sensitivity and specificity by the films that count, each as often."""
    kept = times > 0
    label, score, times = label[kept], score[kept], times[kept]
    positive, others = times[label == 1].sum(), times[label == 0].sum()
    if not positive or not others:
        return None
    lowest = max(s for s in score if times[(label == 1) & (score >= s)].sum() >= math.ceil(wanted * positive - 1e-9))
    below = score[score < lowest]
    threshold = lowest
    if len(below):
        ends = log_odds(np.array([below.max(), lowest]))
        threshold = 1 / (1 + math.exp(-ends.mean()))
    above = score >= lowest
    return threshold, times[(label == 1) & above].sum() / positive, times[(label == 0) & ~above].sum() / others


@pytest.mark.parametrize(
    "name", ["two hundred", "with ties and refused films", "patients with several films", "two films"]
)
def test_a_threshold_of_ones_own_is_corrected_for_optimism(name: str) -> None:
    cases = [case for case in SETS[name][0] if case.score is not None]
    label, score = np.array([case.label for case in cases]), np.array([case.score for case in cases], dtype=float)
    options = {"sensitivity": 0.9, "resamples": 50, "seed": 3}
    found = ask(("threshold", {"cases": as_json(SETS[name][0]), "options": options}))[0]
    once = chosen(label, score, np.ones(len(label)), 0.9)
    assert once is not None
    near(found, {"threshold": once[0], "sensitivity": {"apparent": once[1]}, "specificity": {"apparent": once[2]}})
    off = []
    for times in resampled(units_of(cases), Options(resamples=50, seed=3)):
        of = chosen(label, score, times, 0.9)
        if of is not None:
            read = score >= of[0]
            off.append((of[1] - read[label == 1].mean(), of[2] - (~read[label == 0]).mean()))
    mean = np.mean(off, axis=0)
    near(found, {"sensitivity": {"optimism": float(mean[0])}, "specificity": {"optimism": float(mean[1])}})
    for key, optimism in zip(("sensitivity", "specificity"), mean, strict=True):
        corrected = min(1.0, max(0.0, found[key]["apparent"] - optimism))
        assert found[key]["corrected"]["value"] == pytest.approx(corrected, abs=NEAR)


def test_films_of_one_class_choose_no_threshold() -> None:
    options = {"sensitivity": 0.9, "resamples": 50, "seed": 3}
    assert ask(
        ("threshold", {"cases": as_json([Case(1, 0.4)]), "options": options}),
        ("threshold", {"cases": [], "options": options}),
    ) == [None, None]


def test_two_models_are_compared_film_by_film() -> None:
    first = drawn(150, 21, patients=70, refused=0.1)
    rng = np.random.default_rng(22)
    second = [
        Case(
            case.label,
            None if rng.random() < 0.1 else float(np.clip((case.score or 0.5) + rng.normal(0, 0.2), 0, 1)),
            patient=case.patient,
        )
        for case in first
    ]
    options = {"thresholds": [0.5, 0.4], "resamples": 40, "seed": 5}
    found = ask(("compare", {"first": as_json(first), "second": as_json(second), "options": options}))[0]
    both = [(a, b) for a, b in zip(first, second, strict=True) if a.score is not None and b.score is not None]
    label = np.array([a.label for a, _ in both])
    scores = np.array([[a.score, b.score] for a, b in both], dtype=float)
    read = scores >= [0.5, 0.4]
    units = units_of([a for a, _ in both])
    assert found["refused"] == {
        "first": sum(a.score is None and b.score is not None for a, b in zip(first, second, strict=True)),
        "second": sum(a.score is not None and b.score is None for a, b in zip(first, second, strict=True)),
        "both": sum(a.score is None and b.score is None for a, b in zip(first, second, strict=True)),
    }
    difference = [
        float(
            roc_auc_score(label, scores[:, 0], sample_weight=times)
            - roc_auc_score(label, scores[:, 1], sample_weight=times)
        )
        for times in resampled(units, Options(resamples=40, seed=5))
    ]
    low, high = bounds(difference, 40)
    wanted = float(roc_auc_score(label, scores[:, 0]) - roc_auc_score(label, scores[:, 1]))
    near(found["aurocDifference"], {"value": wanted, "low": low, "high": high})
    kappas = [
        float(cohen_kappa_score(read[:, 0], read[:, 1], sample_weight=times))
        for times in resampled(units, Options(resamples=40, seed=5))
    ]
    low, high = bounds(kappas, 40)
    near(found["kappa"], {"value": float(cohen_kappa_score(read[:, 0], read[:, 1])), "low": low, "high": high})
    assert found["agreement"]["value"] == pytest.approx((read[:, 0] == read[:, 1]).mean())
    ill = label == 1
    assert found["sensitivityDifference"]["value"] == pytest.approx(read[ill, 0].mean() - read[ill, 1].mean())
    assert found["specificityDifference"]["value"] == pytest.approx(read[~ill, 1].mean() - read[~ill, 0].mean())
    gaps = [abs(a - b) for a, b in (one["scores"] for one in found["differ"])]
    assert len(gaps) == (read[:, 0] != read[:, 1]).sum()
    assert gaps == sorted(gaps, reverse=True)


def test_groups_are_measured_as_if_they_were_alone() -> None:
    cases, options = drawn(200, 31, patients=80, refused=0.1), Options(resamples=15)
    groups = ask(("subgroups", {"cases": as_json(cases), "key": "ward", "options": vars(options)}))[0]
    assert {group["value"] for group in groups} == {"a", "b", ""}
    assert [group["measured"]["films"] for group in groups] == sorted(
        (group["measured"]["films"] for group in groups), reverse=True
    )
    for group in groups:
        check(group["measured"], [case for case in cases if case.groups["ward"] == group["value"]], options)


@pytest.mark.parametrize(
    ("cases", "own", "verdict"),
    [
        ([], None, "no-films"),
        ([Case(1, 0.5)] * 50, None, "one-class"),
        ([Case(number % 2, number % 2) for number in range(59)], None, "too-few"),
        ([Case(number % 2, 1 - number % 2) for number in range(80)], None, "backwards"),
        ([Case(number % 2, number % 7 / 7) for number in range(98)], None, "chance"),
        ([Case(number % 2, number % 2) for number in range(80)], None, "better-than-chance"),
        ([Case(number % 2, number % 2) for number in range(80)], {"value": 0.99, "low": 0.98, "high": 1}, "alike"),
        (drawn(300, 41), {"value": 0.99, "low": 0.98, "high": 1}, "worse"),
        (drawn(300, 41), {"value": 0.99, "low": None, "high": None}, "worse"),
    ],
)
def test_the_verdict_is_plain(cases: list[Case], own: Any, verdict: str) -> None:
    options = {**vars(Options(resamples=60)), "own": own}
    assert ask(("measure", {"cases": as_json(cases), "options": options}))[0]["verdict"] == verdict


def test_figures_without_doubtful_films_stand_beside() -> None:
    cases = drawn(120, 51)
    found = measured(cases, Options())
    sure = [case for case in cases if not case.doubtful]
    near(found["withoutDoubtful"], expected(sure, Options())["ways"]["left-out"])
    assert found["n"] == 120
    assert measured(sure, Options())["withoutDoubtful"] is None


def test_two_thousand_resamples_of_two_thousand_films_are_those_of_python() -> None:
    cases, options = drawn(2000, 61, ties=True), Options(resamples=2000)
    label, score = np.array([case.label for case in cases]), np.array([case.score for case in cases], dtype=float)
    _, level = np.unique(score, return_inverse=True)
    values = []
    for times in resampled(units_of(cases), options):
        ill, well = (np.bincount(level, times * (label == of), level.max() + 1) for of in (1, 0))
        values.append(float((ill * (np.cumsum(well) - well / 2)).sum() / (ill.sum() * well.sum())))
    low, high = bounds(values, 2000)
    near(measured(cases, options)["auroc"], {"value": float(roc_auc_score(label, score)), "low": low, "high": high})
