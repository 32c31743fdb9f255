"""Checks a finished site before it is written: links, foreign addresses, the security policy, the bundles in it."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from build_site.policy import integrity, source_hash
from plainfilm.bundle import LITERT, METADATA, MODEL, check_schema
from plainfilm.errors import PlainfilmError
from plainfilm.strict_json import parse_strict
from plainfilm.weights import WeightsError, check_weights

LOADING = {
    "script": "src",
    "img": "src",
    "link": "href",
    "source": "src",
    "iframe": "src",
    "object": "data",
    "use": "href",
}
# Links that say where a page is, and load nothing.
NAMED_ONLY = ("canonical", "alternate")
# Links of standalone.html that show it in another of its languages.
LANGUAGE = "#lang="
DATA_BLOCKS = ("application/json", "application/octet-stream;base64")


class CheckError(PlainfilmError):
    """The finished site fails its checks, so it is not written."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            "the site is not written, because it fails its own checks",
            received="; ".join(problems),
            next_step="report it: this is a mistake in plainfilm or in a template that was changed",
        )


@dataclass
class _Page(HTMLParser):
    """The parts of a page that the checks look at; `languages` are those that it can show itself in."""

    folder: str
    loads: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    inline: list[tuple[str, str]] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    scripts: list[tuple[str, str]] = field(default_factory=list)
    policy: str = ""
    data: str = ""
    _open: tuple[str, dict[str, str]] | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.ids |= {attributes["id"]} if "id" in attributes else set()
        if tag == "html":
            self.languages.add(attributes.get("lang", ""))
        if inside := re.fullmatch(r"languages/(.+)\.html\.gz", attributes.get("data-path", "")):
            self.languages.add(inside[1])
        self.handlers += [name for name in attributes if name.startswith("on") or name == "style"]
        named_only = tag == "link" and attributes.get("rel") in NAMED_ONLY
        if tag in LOADING and attributes.get(LOADING[tag]) and not named_only:
            self.loads.append(attributes[LOADING[tag]])
        if tag == "a":
            self.anchors.append(attributes.get("href", ""))
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = attributes["content"]
        if tag == "script" and "src" in attributes:
            self.scripts.append((attributes["src"], attributes.get("integrity", "")))
        if tag in ("script", "style"):
            self._open = (tag, attributes)

    def handle_data(self, data: str) -> None:
        if self._open is None:
            return
        tag, attributes = self._open
        if attributes.get("id") == "site":
            self.data += data
        elif tag == "style" or ("src" not in attributes and attributes.get("type") not in DATA_BLOCKS):
            self.inline.append((tag, data))

    def handle_endtag(self, tag: str) -> None:
        self._open = None


def check(files: Mapping[str, bytes]) -> None:
    """Checks a site in memory: paths and their bytes.

    Raises:
        CheckError: Lists everything that is wrong.
    """
    if problems := problems_of(files):
        raise CheckError(problems)


def problems_of(files: Mapping[str, bytes]) -> list[str]:
    """Everything that is wrong with a site's pages and with what they load."""
    problems: list[str] = []
    for name in sorted(path for path in files if path.endswith(".html")):
        page = _Page(folder=posixpath.dirname(name))
        page.feed(files[name].decode("utf-8"))
        page.close()
        problems += [f"{name}: {problem}" for problem in _page_problems(page, files)]
    for path, data in files.items():
        if path.endswith(".css"):
            problems += [
                f"{path} loads {address}" for address in re.findall(r"@import[^;]*|url\([^)]*\)", data.decode("utf-8"))
            ]
    return problems


def _page_problems(page: _Page, files: Mapping[str, bytes]) -> list[str]:
    problems = [
        f"loads {address}, which is not in the site" for address in page.loads if not _resolves(address, page, files)
    ]
    for address in page.anchors:
        if not address.startswith(("https://", "mailto:")) and not _resolves(address, page, files):
            problems.append(f"links to {address}, which is not in the site")
    problems += [f"has the inline attribute {name}, which its policy forbids" for name in page.handlers]
    if not page.policy.startswith("default-src 'none'"):
        problems.append("has no strict Content-Security-Policy")
    if re.search(r"https?:|unsafe-inline|'unsafe-eval'|\*", page.policy):
        problems.append(f"has a policy that is too wide: {page.policy}")
    problems += [
        f"its policy does not hold the hash of its {tag}"
        for tag, text in page.inline
        if source_hash(text) not in page.policy
    ]
    for address, said in page.scripts:
        data = files.get(_path(address, page))
        if data is not None and said != integrity(hashlib.sha256(data).hexdigest()):
            problems.append(f"runs {address} without its hash")
    site: dict[str, Any] = json.loads(page.data or "{}")
    if site and site["source"]["kind"] == "http":
        problems += _script_problems(site, page, files)
    return problems


def _resolves(address: str, page: _Page, files: Mapping[str, bytes]) -> bool:
    if address.startswith(LANGUAGE):
        return address.removeprefix(LANGUAGE) in page.languages
    if address == "":
        return True  # the page itself, anew
    if address.startswith("#"):
        return address[1:] in page.ids
    return address.startswith("data:") or _path(address, page) in files


def _path(address: str, page: _Page) -> str:
    """The path in the site to which a page's relative address leads."""
    return posixpath.normpath(posixpath.join(page.folder, re.split("[?#]", address)[0]))


def _script_problems(site: dict[str, Any], page: _Page, files: Mapping[str, bytes]) -> list[str]:
    """Files that the page's script will request and that are missing."""
    needed = [site["worker"], site["formats"], site["measure"], site["later"], *site["source"]["wasm"].values()]
    problems = [
        f"its script requests {path}, which is not in the site" for path in needed if _path(path, page) not in files
    ]
    problems += [
        f"it does not hold the hash of {path}"
        for path in needed
        if (data := files.get(_path(path, page))) is not None
        and site["sha256"].get(path) != hashlib.sha256(data).hexdigest()
    ]
    for model in site["models"]:
        data = files.get(_path(model["bundle"] + METADATA, page), b"")
        if data and model["sha256"] != hashlib.sha256(data).hexdigest():
            problems.append(f"it does not hold the hash of the metadata.json of {model['name']}")
    roots = [_path(model["bundle"], page) + "/" for model in site["models"]]
    return problems + [problem for root in roots for problem in _bundle_problems(root, files)]


def _bundle_problems(root: str, files: Mapping[str, bytes]) -> list[str]:
    """Files of a bundle that are missing or differ from its metadata.json."""
    if f"{root}metadata.json" not in files:
        return [f"there is no bundle at {root}"]
    metadata = parse_strict(files[f"{root}metadata.json"])
    check_schema(metadata, METADATA)
    changed = [
        f"{root}{entry['path']} is missing or not what metadata.json says"
        for entry in metadata["files"]
        if entry["path"] != LITERT or root + LITERT in files  # for sites with the second engine alone
        if (data := files.get(root + entry["path"])) is None
        or len(data) != entry["bytes"]
        or hashlib.sha256(data).hexdigest() != entry["sha256"]
    ]
    if changed:
        return changed
    try:
        model = parse_strict(files[f"{root}{MODEL}"])
        check_weights(model, {entry["path"]: entry["bytes"] for entry in metadata["files"]})
    except (WeightsError, KeyError, AttributeError, ValueError) as error:
        return [f"{root}{MODEL}: {error}"]
    return []
