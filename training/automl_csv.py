"""`python -m training automl-csv DATA --bucket gs://…`: the import file for Google's AutoML image classification (Vertex AI)."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError, UsageError
from training.films.prepared import PreparedData

# The format's names of the splits; without them Google draws its own at random, across patients.
SETS = {"train": "training", "val": "validation", "test": "test"}

# https://cloud.google.com/storage/docs/buckets#naming, and a folder in the bucket.
BUCKET = re.compile(r"gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/[^\s,]+)?/?")
LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# How a file begins that was written here before.
ROW = re.compile(rf"\A({'|'.join(SETS.values())}),\"?gs://")
UPLOADED = (".jpeg", ".jpg", ".png")


def automl_csv(data: PreparedData, bucket: str, out: Path) -> Path:
    """Writes one row `SET,gs://BUCKET/PATH,LABEL` for every film, by the splits of `prepare`, and returns the file.

    The format: https://cloud.google.com/vertex-ai/docs/image-data/classification/prepare-data#csv. The films are named as they
    lie in the data set, which is to be uploaded as it is.

    Raises:
        UsageError: The bucket is not written like one.
        OutputError: `out` is a file that this command did not write.
        PlainfilmError: A class has a name that the format does not allow.
    """
    if not BUCKET.fullmatch(bucket):
        raise UsageError(
            "that is not a Cloud Storage bucket", received=bucket, expected="gs://BUCKET or gs://BUCKET/FOLDER"
        )
    if data.sources:
        raise UsageError(
            "AutoML's import file names the films of one data set",
            received=f"{data.folder}, with the films of {', '.join(data.sources)}",
            expected="a data set, or a folder prepared from one",
        )
    if wrong := sorted(label for label in data.table["label"].unique() if not LABEL.fullmatch(label)):
        raise PlainfilmError(
            "AutoML does not take a class of this name",
            received=wrong[0],
            expected="a letter, then letters, digits and underscores",
            next_step=f"rename the folders of that class in {data.source}, and prepare it again",
        )
    taken = data.table[data.table["path"].str.lower().str.endswith(UPLOADED)]
    if left_out := len(data.table) - len(taken):
        print(f"warning: {left_out} films left out: AutoML reads JPEG and PNG, not DICOM", file=sys.stderr)
    folder = bucket.rstrip("/")
    with atomic_file(out, ours=ROW) as partial, partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for split, path, label in zip(taken["split"], taken["path"], taken["label"], strict=True):
            writer.writerow([SETS[split], f"{folder}/{path}", label])
    counts = ", ".join(f"{(taken['split'] == split).sum()} {name}" for split, name in SETS.items())
    print(
        f"wrote {out} ({counts})\n"
        f"next: gcloud storage cp --recursive {data.source}/* {folder}/\n"
        f"      gcloud storage cp {out} {folder}/   and give it to a Vertex AI image dataset, single-label classification"
    )
    return out
