"""The types say what the schemas say, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from plainfilm.bundle import METADATA, PREDICTIONS, schema_of
from plainfilm.metadata import Interval, Metadata, PredictedFilms

SIMPLE = {"string": str, "integer": int, "number": float, "null": NoneType}


def differences(kind: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
    """Where a type and a part of a schema differ."""
    if schema.get("$ref", "").startswith("#/properties/"):
        schema = schema_of(METADATA)["properties"][schema["$ref"].rsplit("/", 1)[1]]
    if "oneOf" in schema:
        alternatives = set(get_args(kind))
        yield from () if NoneType in alternatives else [f"{at}: may be null"]
        (kind,) = alternatives - {NoneType}
        schema = schema["oneOf"][1]
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        yield from () if kind.__required_keys__ == set(schema.get("required", [])) else [f"{at}: other required keys"]
        yield from () if hints.keys() == schema["properties"].keys() else [f"{at}: other keys"]
        for name in hints.keys() & schema["properties"].keys():
            yield from differences(hints[name], schema["properties"][name], f"{at}.{name}")
    elif get_origin(kind) is dict:  # not read in Python
        yield from () if schema["type"] == "object" else [f"{at}: {kind} instead of {schema['type']}"]
    elif get_origin(kind) is list:
        yield from differences(get_args(kind)[0], schema["items"], f"{at}[]")
    elif get_origin(kind) is Literal:
        allowed = schema.get("enum", [schema.get("const")])
        yield from () if set(get_args(kind)) == set(allowed) else [f"{at}: {kind} instead of {allowed}"]
    elif "$ref" in schema:
        yield from () if kind == Interval else [f"{at}: {kind} instead of an interval"]
    else:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        found = set(get_args(kind)) or {kind}
        yield from () if found == {SIMPLE[one] for one in types} else [f"{at}: {kind} instead of {types}"]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [(Metadata, schema_of(METADATA)), (PredictedFilms, schema_of(PREDICTIONS)["properties"]["films"]["items"])],
)
def test_a_type_has_the_keys_and_the_kinds_of_its_schema(kind: Any, schema: dict[str, Any]) -> None:
    assert list(differences(kind, schema, kind.__name__)) == []


def test_a_difference_is_found_and_named() -> None:
    schema = schema_of(METADATA)
    del schema["properties"]["precision"]
    schema["properties"]["calibration"]["oneOf"][1]["properties"]["ece"]["type"] = "string"
    found = list(differences(Metadata, schema, "Metadata"))
    assert "Metadata: other keys" in found
    assert any(text.startswith("Metadata.calibration.ece:") for text in found)
