"""The probe that names the hospital."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from export.audit.hospitals import FILMS, probe, some_films


def test_a_probe_finds_a_hospital_that_features_tell_and_guesses_at_one_that_they_do_not() -> None:
    rng = np.random.default_rng(1)
    hospitals = pd.Series(np.repeat(["city", "bay"], [300, 100]))
    patients = pd.Series(np.arange(400) // 2)
    features = rng.normal(size=(400, 8))
    assert probe(features, hospitals, patients) == pytest.approx(0.5, abs=0.1)
    features[:, 0] += 6 * (hospitals == "bay")
    assert probe(features, hospitals, patients) > 0.95


def test_what_is_the_same_for_a_patient_does_not_pass_for_the_hospital() -> None:
    rng = np.random.default_rng(2)
    hospitals = pd.Series(np.repeat(["city", "bay"], 200))
    patients = pd.Series(np.arange(400) // 20)
    of_patient = rng.normal(size=(20, 30))[patients]
    assert probe(of_patient + 0.01 * rng.normal(size=(400, 30)), hospitals, patients) < 0.8


def test_films_of_the_positive_class_and_of_test_stay_away_and_each_hospital_gives_no_more_than_it_may() -> None:
    rows = [
        {"path": f"{hospital}/{n}", "label": label, "patient_id": n, "split": split, "hospital": hospital}
        for hospital, count in (("city", FILMS + 50), ("bay", 30), ("hut", 3))
        for n in range(count)
        for label, split in (("NORMAL", "train"), ("PNEUMONIA", "train"), ("NORMAL", "test"))
    ]
    films = some_films(pd.DataFrame(rows), "PNEUMONIA")
    assert films["hospital"].value_counts().to_dict() == {"city": FILMS, "bay": 30}
    assert set(films["label"]) == {"NORMAL"}
    assert set(films["split"]) == {"train"}
    assert films.duplicated().sum() == 0
