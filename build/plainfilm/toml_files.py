"""TOML files as typed tables: every key known, every value of its kind, every mistake named with its place."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from plainfilm.errors import UsageError

T = TypeVar("T")
NOTHING_REPLACED: Mapping[str, str] = MappingProxyType({})
WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    tuple: "a list",
    dict: "a table",
}


def read_toml(path: Path, kind: type[T], replaced: Mapping[str, str] = NOTHING_REPLACED) -> T:
    """Reads a TOML file as one table.

    Args:
        path: The file.
        kind: A frozen `msgspec.Struct`: its fields are the keys, those without a default must be there. Tables that differ
            by a tag (`tag_field`) are a union of Structs.
        replaced: Keys that older files have, such as `fit.rate` → what to write instead.

    Raises:
        UsageError: The file is missing, is not TOML, or does not fit; it names every key that is unknown, missing or of the
            wrong kind, what was received and what is expected.
    """
    return typed(read_table(path), kind, str(path), replaced)


def read_table(path: Path) -> dict[str, Any]:
    """The keys and values of a TOML file, whatever they are.

    Raises:
        UsageError: It is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no {path}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read", received=error.strerror) from None
    except ValueError as error:  # TOML's, or bytes that are not UTF-8
        raise UsageError(f"{path} is not TOML", received=error) from None


def typed(values: Mapping[str, Any], kind: type[T], where: str, replaced: Mapping[str, str] = NOTHING_REPLACED) -> T:
    """The same of a table that was read already; `where` names it in errors."""
    mistakes = [f"{where}: {mistake}" for mistake in _mistakes(values, kind, "", replaced)]
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return msgspec.convert(values, kind)


def _mistakes(value: Any, kind: Any, key: str, replaced: Mapping[str, str]) -> Iterator[str]:
    """All that is wrong with a value, each as the lines of a `UsageError`; msgspec itself would name the first alone."""
    origin, parts = get_origin(kind), get_args(kind)
    tables = [each for each in (parts if origin in (Union, UnionType) else [kind]) if _is_table(each)]
    if tables and isinstance(value, Mapping):
        yield from _mistakes_of_table(value, tables, key, replaced)
    elif origin is dict and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _mistakes(item, parts[1], _join(key, name), replaced)
    elif origin in (list, tuple) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _mistakes(item, parts[0], f"{key}[{number}]", replaced)
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            what = "is not known" if origin is Literal else "is of the wrong kind"
            yield _mistake(f"{key} {what}", received=repr(value), expected=_in_words(kind))


def _mistakes_of_table(
    table: Mapping[str, Any], kinds: list[type[msgspec.Struct]], key: str, replaced: Mapping[str, str]
) -> Iterator[str]:
    tag = kinds[0].__struct_config__.tag_field
    if tag:
        by_tag = {each.__struct_config__.tag: each for each in kinds}
        if table.get(tag) not in by_tag:
            what = "is not known" if tag in table else "is missing"
            received = repr(table[tag]) if tag in table else None
            yield _mistake(f"{_join(key, tag)} {what}", received=received, expected=_either(by_tag))
            return
        kinds = [by_tag[table[tag]]]
    fields = {field.encode_name: field for field in msgspec.structs.fields(kinds[0])}
    for name in table:
        here = _join(key, name)
        if here in replaced:
            yield _mistake(f"{here} has been replaced", received=repr(table[name]), expected=replaced[here])
        elif name not in fields and name != tag:
            near = difflib.get_close_matches(name, fields, n=1)
            expected = f"perhaps {near[0]}; " if near else ""
            yield _mistake(f"unknown key {here}", expected=f"{expected}one of {', '.join(fields)}")
    for name, field in fields.items():
        if name in table:
            yield from _mistakes(table[name], field.type, _join(key, name), replaced)
        elif field.required:
            yield _mistake(f"missing key {_join(key, name)}", expected=_in_words(field.type))


def _mistake(what: str, *, received: object = None, expected: object = None) -> str:
    return str(UsageError(what, received=received, expected=expected))


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _in_words(kind: Any) -> str:
    """What a value must be, for people who write TOML."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _either(parts)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_in_words(each) for each in parts if each is not NoneType))
    if origin in (list, tuple):
        return f"a list, each item {_in_words(parts[0])}"
    return WORDS.get(origin or kind, "a table")


def _either(values: Any) -> str:
    return " or ".join(repr(each) for each in values)
