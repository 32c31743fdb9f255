"""A part of the train patients: what a hospital with fewer films would have to learn from."""

from __future__ import annotations

import math
from dataclasses import replace

from training.films.prepared import PreparedData, sha256


def part_of_patients(data: PreparedData, share: float) -> PreparedData:
    """The data set with this share of the train patients of every class and hospital, at least one; other splits stay whole.

    Which patients these are follows from their ids alone: a smaller share lies within a larger one, and every run takes the same.
    """
    if share == 1:
        return data
    table = data.table
    train = table[table["split"] == "train"]
    first = train.drop_duplicates("patient_id")
    of_group = first.groupby(["hospital", "label"] if "hospital" in first else ["label"])["patient_id"]
    chosen: set[str] = set()
    for _, patients in of_group:
        in_order = sorted(patients, key=lambda patient: sha256(str(patient).encode("utf-8", "surrogatepass")))
        chosen.update(in_order[: max(1, math.floor(share * len(in_order) + 0.5))])
    return replace(
        data, table=table[(table["split"] != "train") | table["patient_id"].isin(chosen)].reset_index(drop=True)
    )
