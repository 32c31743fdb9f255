"""The files that site.toml names: logo, icon, stylesheet, sample pictures; and those beside it that nothing reads."""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from build_site.config import Sample, SiteConfig
from build_site.own_points import OwnPoint, read_own_point
from build_site.site_toml.svg import size_of_svg, unescaped
from plainfilm.errors import UsageError
from plainfilm.nearest import perhaps

SVG, PNG = "image/svg+xml", "image/png"
# What a stylesheet loads with, or leaves its element by.
LOADS = r"@import|url\(|image-set\(|(?<![\w-])(?:src|image)\(|https?:|</style|<!--"
LARGEST = {
    "own_points": 100_000,
    "logo": 500_000,
    "icon": 1_000_000,
    "css": 500_000,
    "sample": 25_000_000,
}  # bytes: every visitor loads them
ICON_PIXELS = 192
# What pictures of known kinds begin with; `None` matches any byte. Kinds that browsers show come first.
SHOWN = ("png", "jpeg", "webp", "gif", "bmp")
BEGINNINGS: dict[str, tuple[bytes, int]] = {
    "png": (b"\x89PNG\r\n\x1a\n", 0),
    "jpeg": (b"\xff\xd8\xff", 0),
    "webp": (b"WEBP", 8),
    "gif": (b"GIF8", 0),
    "bmp": (b"BM", 0),
    "avif": (b"ftypavif", 4),
    "tiff": (b"II*\0", 0),
    "tiff, big-endian": (b"MM\0*", 0),
    "dicom": (b"DICM", 128),
}
# Files beside site.toml that look as if somebody expected them to be read.
LOOKED_AT = {".css", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".ico", ".gif", ".po", ".dcm"}
LONGER_TEXTS = ("about", "model_card")
READ_AS = {
    ".css": "`css`",
    ".po": "`[texts.LANGUAGE]`",
    ".toml": "about.toml, model_card.toml, `[strings]` and `[messages]`",
}


@dataclass(frozen=True)
class Picture:
    """A picture that the site shows: its bytes, media type, and width and height in pixels (None for an SVG)."""

    name: str
    data: bytes
    kind: str
    size: tuple[int, int] | None

    @property
    def is_square(self) -> bool:
        """Whether it can be an icon; an SVG that does not say its shape is taken to be."""
        return self.size is None or self.size[0] == self.size[1]

    @property
    def pixels(self) -> float:
        """The width that it can be shown at without a blur."""
        return self.size[0] if self.kind == PNG and self.size else math.inf


@dataclass(frozen=True)
class SampleFile:
    """A sample picture; `shown` is whether browsers can show it, `truth` the class that it was drawn as, if it was drawn."""

    sample: Sample
    name: str
    data: bytes
    shown: bool
    truth: str | None = None


@dataclass(frozen=True)
class OwnFiles:
    """What was read beside a site.toml."""

    logo: Picture | None = None
    icon: Picture | None = None
    css: str = ""
    samples: tuple[SampleFile, ...] = ()
    own_points: tuple[OwnPoint, ...] = ()


class OwnFilesReader:
    """Reads them all, and gathers what is wrong with each."""

    def __init__(self, config: SiteConfig, path: Path | None) -> None:
        """`path` is the site.toml; the template's own names no file."""
        self._config, self._folder = config, (path or Path()).parent
        self.mistakes: list[str] = []

    def read(self) -> OwnFiles:
        """What could be read."""
        config = self._config
        logo = self._picture("logo", config.logo)
        icon = self._picture("icon", config.icon)
        if icon is not None and icon.size is not None and not (icon.is_square and icon.pixels >= ICON_PIXELS):
            self._wrong(
                f"icon {config.icon} is no icon",
                f"{icon.size[0]} × {icon.size[1]} pixels",
                f"a square PNG of at least {ICON_PIXELS} pixels, better 512, or an SVG",
            )
        if icon is None and logo is not None and logo.is_square and logo.pixels >= ICON_PIXELS:
            icon = logo
        css = (self._file("css", config.css, "css") or b"") if config.css else b""
        samples = [self._sample(number, sample) for number, sample in enumerate(config.samples)]
        own = [self._own_point(number, name) for number, name in enumerate(config.own_points)]
        return OwnFiles(
            logo,
            icon,
            self._style(css),
            tuple(one for one in samples if one is not None),
            tuple(one for one in own if one is not None),
        )

    def _picture(self, key: str, name: str) -> Picture | None:
        data = self._file(key, name, key) if name else None
        if data is None:
            return None
        if data.startswith(BEGINNINGS["png"][0]) and len(data) >= 24:
            size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
            return Picture(Path(name).name, data, PNG, size)
        try:
            return Picture(Path(name).name, data, SVG, size_of_svg(data))
        except ValueError as error:
            self._wrong(
                f"{key} {name} cannot be used", str(error), "a PNG, or an SVG that holds all it shows and no script"
            )
            return None

    def _style(self, data: bytes) -> str:
        name = self._config.css
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._wrong(f"css {name} cannot be read", "bytes that are not UTF-8", "CSS in UTF-8")
            return ""
        bare = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)
        plain = unescaped(bare)
        for found in re.finditer(LOADS, plain, re.IGNORECASE):
            line = plain.count("\n", 0, found.start()) + 1
            self._wrong(f"css {name}, line {line}: {found[0]} would load something", None, "rules that load nothing")
        opened = re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", "", bare, flags=re.DOTALL)
        depths = list(itertools.accumulate({"{": 1, "}": -1}.get(each, 0) for each in opened))
        if depths and (depths[-1] != 0 or min(depths) < 0 or "/*" in opened):
            self._wrong(
                f"css {name} is not whole",
                f"{opened.count('{')} braces that open and {opened.count('}')} that close, or a comment without its end",
                "as many of one as of the other, each after the one that it closes",
            )
        return text.strip() + "\n" if text.strip() else ""

    def _sample(self, number: int, sample: Sample) -> SampleFile | None:
        data = self._file(f"samples[{number}].file", sample.file, "sample")
        if data is None:
            return None
        kinds = [kind for kind, (mark, at) in BEGINNINGS.items() if data[at : at + len(mark)] == mark]
        if not kinds or (kinds[0] == "dicom" and not self._config.features.dicom):
            expected = ", ".join(kind for kind in BEGINNINGS if "," not in kind)
            received = (
                f"a file that begins with {data[:12]!r}" if not kinds else "DICOM, which `features.dicom` turns off"
            )
            self._wrong(
                f"samples[{number}].file {sample.file} is no picture that the page can read", received, expected
            )
            return None
        return SampleFile(sample, Path(sample.file).name, data, kinds[0] in SHOWN)

    def _own_point(self, number: int, name: str) -> OwnPoint | None:
        key = f"own_points[{number}]"
        data = self._file(key, name, "own_points")
        try:
            return None if data is None else read_own_point(key, name, data)
        except UsageError as error:
            self.mistakes.append(str(error))
            return None

    def _file(self, key: str, name: str, limit: str) -> bytes | None:
        """A file's bytes, if it lies in the folder of site.toml and is not too large."""
        path = self._folder / name
        folder = self._folder.resolve()
        try:
            leads_to = path.resolve()
        except (OSError, RuntimeError, ValueError):
            self._wrong(f"{key}: {name[:80]!r} cannot be opened", "a link that leads round, or no name", None)
            return None
        if not leads_to.is_relative_to(folder):
            self._wrong(
                f"{key} leaves the folder of site.toml",
                name,
                f"a file in {self._folder}: what is published lies beside what names it; copy it there",
            )
            return None
        if not path.is_file():
            self._wrong(f"{key}: there is no file {name}", None, _nearest_file(path, self._folder))
            return None
        try:
            data = path.read_bytes()
        except OSError as error:
            self._wrong(f"{key}: {name} cannot be read", error.strerror, None)
            return None
        if not data or len(data) > LARGEST[limit]:
            self._wrong(
                f"{key}: {name} is {'too large' if data else 'empty'}",
                f"{len(data)} bytes",
                f"at most {LARGEST[limit]}",
            )
            return None
        return data

    def _wrong(self, what: str, received: str | None, expected: str | None) -> None:
        self.mistakes.append(str(UsageError(what, received=received, expected=expected)))


def files_named(config: SiteConfig) -> list[str]:
    """The files that a site.toml names, as it writes them."""
    named = [config.logo, config.icon, config.css, *(sample.file for sample in config.samples), *config.own_points]
    return [name for name in named if name]


def unread_files(config: SiteConfig, path: Path) -> list[str]:
    """Files beside a site.toml that look as if they were meant for it, and that nothing reads; each a warning in words."""
    read = {(path.parent / name).resolve() for name in files_named(config)}
    tags = ["", *(f".{tag}" for tag in dict.fromkeys([config.language, *config.translations]))]
    longer = [f"{name}{tag}.toml" for name in LONGER_TEXTS for tag in tags]
    return [f"{found.name} beside {path.name} is not read: {why}" for found, why in _unread(path, read, longer)]


def _unread(path: Path, read: set[Path], longer: list[str]) -> Iterator[tuple[Path, str]]:
    for found in sorted(path.parent.iterdir()):
        if not found.is_file() or found.resolve() in read or found.name in longer or found.resolve() == path.resolve():
            continue
        stem = found.name.split(".")[0].lower()
        if found.suffix == ".toml":
            if near := difflib.get_close_matches(found.name, [*longer, "strings.toml"], n=1, cutoff=0.75):
                yield found, _why_no_toml(found.name, near[0])
        elif found.suffix.lower() in LOOKED_AT:
            key = "logo" if "logo" in stem else "icon" if "icon" in stem else None
            default = "`samples`, `logo` or `icon`"
            yield (
                found,
                f"no key names it (`{key}` would)"
                if key
                else f"no key names it ({READ_AS.get(found.suffix, default)} would)",
            )


def _why_no_toml(name: str, near: str) -> str:
    if near == "strings.toml":
        return "sentences of your own stand in site.toml, under [strings] and [messages]"
    if re.fullmatch(r"(about|model_card)\.[\w-]+\.toml", name):
        return f"`translations` does not name its language (perhaps {near})"
    return f"perhaps it is to be called {near}"


def _nearest_file(path: Path, folder: Path) -> str:
    beside = path.parent if path.parent.is_dir() else folder
    names = sorted(each.name for each in beside.iterdir() if each.is_file())
    return perhaps(path.name, names, f"a file in {folder}")
