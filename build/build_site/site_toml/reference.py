"""The keys of site.toml with kind, default and meaning, out of the schema: for docs/site_toml.md and for the file that `init` writes."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from build_site.config import BASES, Base, Colours, Palette, SiteConfig
from build_site.site_toml.colours import THEMES, shipped_colours
from plainfilm import node
from plainfilm.toml_files import in_words, read_table

WIDTH = 100
# Tables whose keys are a site's own: one of each, as an example.
EXAMPLES: dict[str, dict[str, str]] = {
    "strings": {"choose": "Choose {pictures}"},
    "messages": {"queued": "Waiting"},
}
LANGUAGE = "fr"
IN_LANGUAGE: dict[str, Any] = {
    "title": "Plainfilm",
    "headline": "Lisez des {pictures} dans votre propre navigateur",
    "lead": "Tout se passe sur cet appareil.",
    "warning": "Pour la recherche et l’enseignement seulement.",
    "picture": "radiographie",
    "pictures": "radiographies",
    "classes": {"NORMAL": "normal"},
    "strings": {"choose": "Choisir des {pictures}"},
    "messages": {"queued": "En attente"},
    "metrics": {"viral_recall": "Rappel, virale"},
}
SAMPLE: dict[str, Any] = {"file": "samples/one.png", "caption": "A sample", "captions": {LANGUAGE: "Un exemple"}}


@dataclass(frozen=True)
class Key:
    """A key: what it must be, the shipped value (an example where there is none), and what it means."""

    name: str
    kind: str
    value: Any
    meaning: str
    is_example: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the file; the first has no header."""

    header: str
    meaning: str
    keys: tuple[Key, ...]


def tables(base: Base = "chest-xrays", classes: Mapping[str, str] | None = None) -> list[Table]:
    """Every table, in the order of the schema, with what is shipped for this base; `classes` are a model's and their words."""
    shipped = read_table(node.template() / BASES[base])
    if classes is not None:
        shipped["classes"] = dict(classes)
    plain: list[Key] = []
    found: list[Table] = []
    for field in msgspec.structs.fields(SiteConfig):
        name, kind = field.name, _bare(field.type)
        value = shipped.get(name, _default(field))
        if _struct_in(kind) is None and get_origin(kind) is not dict:
            plain.append(Key(name, in_words(field.type), value, _meaning(field.type)))
        else:
            found += _tables_of(name, field.type, value, shipped)
    return [Table("", _doc(SiteConfig), tuple(plain)), *(table for table in found if table.keys)]


def site_toml(stated: Mapping[str, Any], base: Base = "chest-xrays", classes: Mapping[str, str] | None = None) -> str:
    """A site.toml with every key commented out, but for those that are stated; `#key` is a key, `# words` are words.

    Every key is written out whole (`colours.dark.accent`), so that a line means the same wherever its neighbours are
    commented out. Lists of tables have to come last.
    """
    lines = [
        "# What this site is and what it calls things. Every key is optional: take away the # before a line to state it.",
        "# Check it: python -m build_site check      Look at it: python -m build_site serve",
    ]
    every = tables(base, classes)
    plain = [table for table in every if not table.header.startswith("[[")]
    for table in plain:
        prefix = f"{table.header.strip('[]')}." if table.header else ""
        lines += ["", *_words(table.meaning)] if prefix else []
        for key in table.keys:
            lines += [*([] if prefix else [""]), *_words(key.meaning), _line(prefix, key, {} if prefix else stated)]
    for table in every:
        if table not in plain:
            for values in stated.get(table.header.strip("[]")) or [{}]:
                lines += ["", *_words(table.meaning), ("" if values else "#") + table.header]
                for key in table.keys:
                    lines += [*_words(key.meaning), _line("", key, values)]
    return "\n".join(lines).strip() + "\n"


def _line(prefix: str, key: Key, stated: Mapping[str, Any]) -> str:
    """A key with its value where it is stated, or commented out."""
    return (
        f"{key.name} = {toml(stated[key.name])}" if key.name in stated else f"#{prefix}{key.name} = {toml(key.value)}"
    )


def toml(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{_key(name)} = {toml(item)}" for name, item in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers, true and false are JSON's


def _tables_of(name: str, kind: Any, value: Any, shipped: Mapping[str, Any]) -> Iterator[Table]:
    bare = _bare(kind)
    struct = _struct_in(bare)
    if struct is Colours:
        colours = shipped_colours(node.template())
        for theme in THEMES:
            yield Table(f"[{name}.{theme}]", _doc(Palette), _keys(Palette, colours[theme]))
    elif struct is None:
        example = EXAMPLES.get(name)
        keys = tuple(
            Key(_key(key), in_words(get_args(bare)[1]), item, "", example is not None)
            for key, item in (example or value).items()
        )
        yield Table(f"[{name}]", _meaning(kind), keys)
    elif get_origin(bare) is list:
        yield Table(f"[[{name}]]", _doc(struct), _keys(struct, SAMPLE, are_examples=True))
    elif get_origin(bare) is dict:
        yield Table(f"[{name}.{LANGUAGE}]", _doc(struct), _keys(struct, _in_language(shipped), are_examples=True))
    else:
        yield Table(f"[{name}]", _doc(struct), _keys(struct, value if isinstance(value, Mapping) else {}))


def _in_language(shipped: Mapping[str, Any]) -> dict[str, Any]:
    """The examples in another language, of what this base speaks of."""
    if shipped["picture"] == "film":
        return IN_LANGUAGE
    classes = dict(list(shipped.get("classes", {}).items())[:1])
    return IN_LANGUAGE | {"picture": "image", "pictures": "images", "classes": classes, "metrics": {}}


def _keys(struct: type[msgspec.Struct], values: Mapping[str, Any], *, are_examples: bool = False) -> tuple[Key, ...]:
    keys = []
    for field in msgspec.structs.fields(struct):
        value = values.get(field.name, _default(field))
        is_example = are_examples or value is None
        keys.append(
            Key(field.name, in_words(field.type), 10 if value is None else value, _meaning(field.type), is_example)
        )
    return tuple(keys)


def _default(field: Any) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return "" if field.default is msgspec.NODEFAULT else field.default


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The Struct that a kind is, or holds."""
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if get_origin(kind) in (Union, UnionType, list, dict):
        return next((found for part in get_args(kind) if (found := _struct_in(part))), None)
    return None


def _meaning(kind: Any) -> str:
    if get_origin(kind) is not Annotated:
        return ""
    return next(
        (each.description for each in get_args(kind)[1:] if isinstance(each, msgspec.Meta) and each.description), ""
    )


def _doc(struct: type) -> str:
    return " ".join((inspect.getdoc(struct) or "").split())


def _words(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent="# ", subsequent_indent="# ") if text else []


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else json.dumps(name)
