"""TOML files as typed tables: every key known, every value of its kind, every mistake named with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from plainfilm.errors import UsageError
from plainfilm.files import read_text
from plainfilm.nearest import perhaps

T = TypeVar("T")
NOTHING_REPLACED: Mapping[str, str] = MappingProxyType({})
# By what `tomllib` says.
EXPECTED = {
    "Invalid value": 'text in quotes, a number, true or false, or a list of these in brackets: key = "text"',
    "Cannot overwrite": "every key once, however it is written",
}
WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    tuple: "a list",
    dict: "a table",
}


def find_toml(path: Path, shipped: Path, what: str) -> Path:
    """The file itself, with its ending or without, or the one of its name in the folder `shipped`; `what` says in an error what it is.

    Raises:
        UsageError: There is none.
    """
    for file in (path, path.with_name(f"{path.name}.toml"), shipped / f"{path.name.removesuffix('.toml')}.toml"):
        if file.is_file():
            return file
    known = ", ".join(sorted(each.stem for each in shipped.glob("*.toml")))
    raise UsageError(f"there is no {what} {path}", expected=f"a TOML file, or one of the shipped: {known}")


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
        text = read_text(path, "utf-8-sig")  # Windows writes a mark in front
    except FileNotFoundError:
        raise UsageError(f"there is no {path}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read", received=error.strerror) from None
    except ValueError as error:
        raise UsageError(f"{path} is not TOML", received=error, next_step="save it as UTF-8") from None
    try:
        return tomllib.loads(text)
    except ValueError as error:
        line = _line_of(text, str(error))
        raise UsageError(
            f"{path} is not TOML",
            received=f"{error}{f': {line}' if line else ''}",
            expected=next((expected for words, expected in EXPECTED.items() if words in str(error)), None),
        ) from None
    except RecursionError:
        raise UsageError(
            f"{path} is not TOML that can be read", received="brackets within brackets without end"
        ) from None


def _line_of(text: str, said: str) -> str:
    """The line that a message of `tomllib` speaks of, where it names one."""
    found = re.search(r"at line (\d+)", said)
    return text.split("\n")[int(found[1]) - 1].strip() if found else ""


def typed(values: Mapping[str, Any], kind: type[T], where: str, replaced: Mapping[str, str] = NOTHING_REPLACED) -> T:
    """The same of a table that was read already; `where` names it in errors."""
    if mistakes := mistakes_of(values, kind, where, replaced):
        raise UsageError("\n".join(mistakes))
    return msgspec.convert(values, kind)


def mistakes_of(
    values: Mapping[str, Any],
    kind: type[Any],
    where: str,
    replaced: Mapping[str, str] = NOTHING_REPLACED,
    *,
    over_another: bool = False,
) -> list[str]:
    """All that is wrong with a table, each as the lines of a `UsageError`.

    Args:
        values, kind, where, replaced: As for `typed`.
        over_another: The table is laid over another one (`laid_over`), so that a key may be missing.
    """
    found = _mistakes(values, kind, "", replaced)
    return [f"{where}: {mistake}" for mistake, is_gap in found if not (is_gap and over_another)]


def laid_over(table: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another: a key of the upper one counts; tables in both are laid over each other in turn."""
    return {
        **below,
        **{
            key: laid_over(value, below[key])
            if isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
            else value
            for key, value in table.items()
        },
    }


# A mistake in words, and whether it is a missing key of a table that may lie over another one.
_Mistake = tuple[str, bool]


def _mistakes(value: Any, kind: Any, key: str, replaced: Mapping[str, str]) -> Iterator[_Mistake]:
    """All that is wrong with a value; msgspec itself would name the first mistake alone."""
    whole, kind = kind, _bare(kind)
    origin, parts = get_origin(kind), get_args(kind)
    tables = [each for each in (parts if origin in (Union, UnionType) else [kind]) if _is_table(each)]
    if tables and isinstance(value, Mapping):
        yield from _mistakes_of_table(value, tables, key, replaced)
    elif origin is dict and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _mistakes(item, parts[1], _join(key, name), replaced)
    elif origin in (list, tuple) and isinstance(value, list):
        for number, item in enumerate(value):
            for mistake, _ in _mistakes(item, parts[0], f"{key}[{number}]", replaced):
                yield mistake, False  # lists are replaced, never laid over each other
    else:
        try:
            msgspec.convert(value, whole)
        except msgspec.ValidationError:
            right_kind = _is_a(value, _without_limits(whole))
            what = "is not known" if origin is Literal else "is not right" if right_kind else "is of the wrong kind"
            yield _mistake(f"{key} {what}", received=repr(value), expected=in_words(whole)), False


def _mistakes_of_table(
    table: Mapping[str, Any], kinds: list[type[msgspec.Struct]], key: str, replaced: Mapping[str, str]
) -> Iterator[_Mistake]:
    tag = kinds[0].__struct_config__.tag_field
    if tag:
        by_tag = {each.__struct_config__.tag: each for each in kinds}
        if not isinstance(table.get(tag), str) or table[tag] not in by_tag:
            what = "is not known" if tag in table else "is missing"
            received = repr(table[tag]) if tag in table else None
            yield _mistake(f"{_join(key, tag)} {what}", received=received, expected=_either(by_tag)), False
            return
        kinds = [by_tag[table[tag]]]
    fields = {field.encode_name: field for field in msgspec.structs.fields(kinds[0])}
    for name in table:
        here = _join(key, name)
        if here in replaced:
            yield _mistake(f"{here} has been replaced", received=repr(table[name]), expected=replaced[here]), False
        elif name not in fields and name != tag:
            yield _mistake(f"unknown key {here}", expected=perhaps(name, fields, f"one of {', '.join(fields)}")), False
    for name, field in fields.items():
        if name in table:
            yield from _mistakes(table[name], field.type, _join(key, name), replaced)
        elif field.required:
            yield _mistake(f"missing key {_join(key, name)}", expected=in_words(field.type)), True


def _mistake(what: str, *, received: object = None, expected: object = None) -> str:
    return str(UsageError(what, received=received, expected=expected))


def _bare(kind: Any) -> Any:
    """A kind without what `Annotated` says of it."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _without_limits(kind: Any) -> Any:
    """A kind without what is asked of its values beyond that."""
    kind = _bare(kind)
    if get_origin(kind) in (Union, UnionType):
        return Union[tuple(_without_limits(each) for each in get_args(kind))]  # noqa: UP007 - made of a tuple
    return kind


def _is_a(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def in_words(kind: Any) -> str:
    """What a value must be, for people who write TOML; the title that `Annotated[..., msgspec.Meta(title=…)]` gives it counts."""
    if get_origin(kind) is Annotated:
        bare, *said = get_args(kind)
        return next((each.title for each in said if isinstance(each, msgspec.Meta) and each.title), in_words(bare))
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _either(parts)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(in_words(each) for each in parts if each is not NoneType))
    if origin in (list, tuple):
        return f"a list, each item {in_words(parts[0])}"
    return WORDS.get(origin or kind, "a table")


def _either(values: Any) -> str:
    return " or ".join(repr(each) for each in values)
