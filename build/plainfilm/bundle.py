"""Reading a bundle: metadata.json and parity.json by their schemas, every other file by size and SHA-256.

Used by the export, by `build_site` and by the tests, so it needs nothing but the standard library and jsonschema.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from plainfilm import populations
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.strict_json import read_strict
from plainfilm.weights import WeightsError, check_signature, check_weights, shards_of

Precision = Literal["float32", "float16", "uint8", "mixed"]

METADATA, MODEL, PARITY = "metadata.json", "model.json", "parity.json"
PREDICTIONS = "predictions.json"  # only where the run has some
LITERT = "network.tflite"  # the network for the second engine, where there is one: python -m export litert
# What of metadata.json speaks of an output of the graph: one without the other is a check that never refuses, or a limit of nothing.
LIMITED = {"ood": "ood_score", "lateral": "lateral_score"}
EXPORT_AGAIN = "export the run again: python -m export RUN"
# Bytes of all of a bundle's files, which a site is built of in memory and a browser loads.
LARGEST = 1 << 30


class BundleError(PlainfilmError):
    """A folder is not a bundle, or not the bundle that its metadata.json describes."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read and found whole.

    Attributes:
        path: Its folder.
        metadata: metadata.json, valid by metadata.schema.json.
        model: model.json, a TensorFlow.js graph model.
        parity: parity.json, valid by parity.schema.json.
    """

    path: Path
    metadata: dict[str, Any]
    model: dict[str, Any]
    parity: dict[str, Any]

    @property
    def weight_files(self) -> list[str]:
        """Names of the weight shards in the order in which they are to be joined."""
        return shards_of(self.model)

    @property
    def has_predictions(self) -> bool:
        """Whether it holds the network's predictions for the films it was measured on."""
        return PREDICTIONS in {entry["path"] for entry in self.metadata["files"]}

    @property
    def has_litert(self) -> bool:
        """Whether it holds its network for the page's second engine as well."""
        return LITERT in {entry["path"] for entry in self.metadata["files"]}

    @property
    def default_threshold(self) -> float:
        """A film is read as positive at this probability or above: the first operating point's, or one half."""
        points = self.metadata["operating_points"]
        return float(points[0]["threshold"]) if points else 0.5


def read_bundle(path: Path) -> Bundle:
    """Reads and checks the bundle in the folder `path`.

    Raises:
        BundleError: A file is missing, changed, unlisted by metadata.json or invalid by its schema.
    """
    if not path.is_dir():
        raise BundleError(f"there is no bundle at {path}", expected="a folder written by python -m export")
    metadata = _read_json(path / METADATA)
    check_schema(metadata, METADATA)
    if metadata["positive_class"] not in metadata["class_names"]:
        raise BundleError(
            f"{path / METADATA}: positive_class is not one of the classes",
            received=metadata["positive_class"],
            expected=metadata["class_names"],
        )
    _check_entries(path, metadata["files"])
    for entry in metadata["files"]:
        _check_file(path, entry)
    parity = _read_json(path / PARITY)
    check_schema(parity, PARITY)
    bundle = Bundle(path, metadata, _read_json(path / MODEL), parity)
    _check_listed(bundle)
    check_sizes(bundle)
    _check_outputs(bundle)
    if bundle.has_predictions:
        check_schema(_read_json(path / PREDICTIONS), PREDICTIONS)
    return bundle


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of `metadata.json`, `parity.json` or `predictions.json`."""
    schema: dict[str, Any] = json.loads(
        Path(__file__).with_name(name.replace(".json", ".schema.json")).read_text("utf-8")
    )
    return schema


def check_name(name: str) -> None:
    """Checks a name for a bundle, which becomes a folder and a part of addresses.

    Raises:
        UsageError: It has characters that such a name may not have.
    """
    pattern = schema_of(METADATA)["properties"]["name"]["pattern"]
    if not re.match(pattern, name):
        raise UsageError("a bundle cannot be called that", received=repr(name), expected=f"a name like {pattern}")


def check_schema(document: object, name: str) -> None:
    """Checks a document that is, or is to become, the bundle's file `name`.

    Raises:
        BundleError: It does not follow its schema, or its populations contradict each other; says where and why.
    """
    import jsonschema  # a tenth of a second, which --help need not wait for

    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema_of(name)).iter_errors(document))
    if error is not None:
        raise BundleError(f"{name} is invalid at {error.json_path}: {error.message}", next_step=EXPORT_AGAIN)
    if name == METADATA and isinstance(document, dict):
        for problem in populations.problems(document):
            raise BundleError(
                f"{name}: {problem}",
                expected="populations as docs/contracts.md describes them",
                next_step=EXPORT_AGAIN,
            )


def sha256(path: Path) -> str:
    """SHA-256 of a file, in lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = read_strict(path)
    except FileNotFoundError:
        raise BundleError(f"the bundle has no {path.name}", expected=path, next_step=EXPORT_AGAIN) from None
    except (OSError, ValueError) as error:
        raise BundleError(f"{path} cannot be read: {error}", next_step=EXPORT_AGAIN) from None
    if not isinstance(document, dict):
        raise BundleError(f"{path} is not a JSON object", received=type(document).__name__, next_step=EXPORT_AGAIN)
    return document


def _check_entries(folder: Path, entries: list[dict[str, Any]]) -> None:
    """Every file once, also where names differ by their case alone, which some systems do not tell apart; not too many bytes."""
    counts = Counter(entry["path"].lower() for entry in entries)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise BundleError(f"{folder / METADATA} lists a file twice", received=", ".join(twice)[:200])
    if (total := sum(entry["bytes"] for entry in entries)) > LARGEST:
        raise BundleError(
            f"the bundle {folder} is too large",
            received=f"{total:,} bytes",
            expected=f"at most {LARGEST:,}, which a browser has to load",
        )


def _check_file(folder: Path, entry: dict[str, Any]) -> None:
    path = folder / entry["path"]
    if path.exists() and not path.resolve().is_relative_to(folder.resolve()):
        raise BundleError(
            f"{path} leads out of the bundle",
            received=f"a link to {path.resolve()}",
            expected="a file in the bundle's folder",
            next_step="replace the link by the file that it leads to",
        )
    if not path.is_file():
        raise BundleError(f"the bundle lacks {entry['path']}", expected=path, next_step=EXPORT_AGAIN)
    if (size := path.stat().st_size) != entry["bytes"]:
        raise BundleError(
            f"{path} has the wrong size",
            received=f"{size} bytes",
            expected=f"{entry['bytes']} bytes",
            next_step=EXPORT_AGAIN,
        )
    if (digest := sha256(path)) != entry["sha256"]:
        raise BundleError(f"{path} was changed", received=digest, expected=entry["sha256"], next_step=EXPORT_AGAIN)


def _check_outputs(bundle: Bundle) -> None:
    """The gate and the check for films from the side are limits on an output: both are there, or neither."""
    for key, output in LIMITED.items():
        has_output, has_limit = output in bundle.model["signature"]["outputs"], bundle.metadata.get(key) is not None
        if has_output != has_limit:
            raise BundleError(
                f"{bundle.path}: {METADATA} and the graph do not go together",
                received=f"{'no ' if not has_limit else ''}{key} in {METADATA}, {'no ' if not has_output else ''}output {output} in {MODEL}",
                expected="both or neither",
                next_step=EXPORT_AGAIN,
            )


def _check_listed(bundle: Bundle) -> None:
    """Whatever the page would load must be among the files whose bytes metadata.json vouches for."""
    try:
        needed = [MODEL, PARITY, *bundle.weight_files]
    except WeightsError as error:
        raise BundleError(f"{bundle.path}: {error}", next_step=EXPORT_AGAIN) from None
    needed += [case[key] for case in bundle.parity["cases"] for key in ("file", "pixels")]
    unlisted = sorted(set(needed) - {entry["path"] for entry in bundle.metadata["files"]})
    if unlisted:
        raise BundleError(
            f"{bundle.path / METADATA} does not list every file", received=f"no entry for {', '.join(unlisted)[:200]}"
        )


def check_sizes(bundle: Bundle) -> None:
    """Checks that shards and parity pixels have as many bytes as their documents say, before any of them is taken into memory.

    Raises:
        BundleError: They have not; or the documents say nothing that makes sense.
    """
    sizes = {entry["path"]: entry["bytes"] for entry in bundle.metadata["files"]}
    try:
        check_weights(bundle.model, sizes)
        check_signature(bundle.model)
    except WeightsError as error:
        raise BundleError(f"{bundle.path}: {error}", next_step=EXPORT_AGAIN) from None
    converter = bundle.metadata["image_converter"]
    expected = converter["height"] * converter["width"] * (3 if converter.get("colour") == "rgb" else 1) * 2
    for case in bundle.parity["cases"]:
        if sizes[case["pixels"]] != expected:
            raise BundleError(
                f"{bundle.path / case['pixels']} is no picture of the network's size",
                received=f"{sizes[case['pixels']]:,} bytes",
                expected=f"{expected:,}",
                next_step=EXPORT_AGAIN,
            )
