"""What the documents promise: their shell lines, options, paths, modules and links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.shared import REPOSITORY
from tests.tracked import tracked

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]*? src=\"([^\"]+)\"")
# Where documents lie.
FOLDERS = (".", "docs", "site_template/translations")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


@dataclass(frozen=True)
class Mention:
    """Something that a document says, and where.

    Attributes:
        document: Relative to the repository.
        text: A shell line, a code span or a link's target.
    """

    document: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}: {self.text}"


@cache
def files() -> frozenset[str]:
    """Every file of the repository."""
    return frozenset(tracked())


@cache
def folders() -> frozenset[str]:
    """Every folder that holds one of them."""
    return frozenset(parent.as_posix() for name in files() for parent in Path(name).parents)


def documents() -> list[str]:
    """Everything written for people, README first; the change log tells of names that are gone, so it stays out."""
    found = [path for folder in FOLDERS for path in sorted((REPOSITORY / folder).glob("*.md"))]
    names = [path.relative_to(REPOSITORY).as_posix() for path in found]
    return sorted({*names} - {"CHANGELOG.md"}, key=lambda name: (name != "README.md", name))


@cache
def read(document: str) -> str:
    """A document's text."""
    return (REPOSITORY / document).read_text("utf-8")


def section(document: str, title: str) -> str:
    """The part of a document below a heading, to the next heading of the same or a higher level."""
    match = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", read(document), re.MULTILINE | re.DOTALL)
    assert match, f"{document} has no section {title!r}"
    return match[2]


def shell_lines(text: str) -> Iterator[str]:
    """The commands in a text's `sh` blocks, without comments."""
    for language, block in FENCE.findall(text):
        if language == "sh":
            for line in block.replace("\\\n", " ").splitlines():
                if words := shlex.split(line, comments=True):
                    yield shlex.join(words)


def commands() -> list[Mention]:
    """The shell lines of all documents, in their order."""
    return [Mention(document, line) for document in documents() for line in shell_lines(read(document))]


def spans() -> list[Mention]:
    """The code in the running text of all documents."""
    return [Mention(document, text) for document in documents() for text in SPAN.findall(FENCE.sub("", read(document)))]


def links() -> list[Mention]:
    """The targets of all documents' links and pictures that are not on the web."""
    found = [Mention(name, a or b) for name in documents() for a, b in LINK.findall(FENCE.sub("", read(name)))]
    return [link for link in found if not re.match(r"https?:|mailto:", link.text)]


def anchors(document: str) -> set[str]:
    """What a link to the document may name behind `#`: its headings, as GitHub makes addresses of them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
