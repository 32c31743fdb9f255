"""Reads everything that a site is made of: site.toml, what it names, and the bundles. All mistakes are said at once."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from build_site.config import Loaded, SiteConfig
from build_site.i18n.strings import Strings, read_strings
from build_site.models import bundle_folders, check_together
from build_site.own_points import OwnPoint, problems_with
from build_site.site_toml.base import general_words, load_for
from build_site.site_toml.colours import SitePalette, contrast_mistakes, palette_of
from build_site.site_toml.files import OwnFiles, OwnFilesReader, unread_files
from build_site.site_toml.longer import LongerTexts, read_longer_texts
from build_site.site_toml.sentences import sentence_mistakes
from plainfilm import node
from plainfilm.bundle import Bundle, read_bundle
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.nearest import perhaps


@dataclass(frozen=True)
class SiteInputs:
    """What a site is made of.

    Attributes:
        config: What site.toml says.
        strings: The sentences, as shipped.
        longer: The longer texts.
        bundles: The models' bundles; the first is the one to begin with.
        files: The files that site.toml names.
        palette: The colours.
        warnings: What would be ignored, in words.
    """

    config: SiteConfig
    strings: Strings
    longer: LongerTexts
    bundles: tuple[Bundle, ...]
    files: OwnFiles
    palette: SitePalette
    warnings: tuple[str, ...]


def read_site(path: Path | None = None, bundle: Sequence[Path] = ()) -> SiteInputs:
    """Reads a site.toml (by default a shipped one) and all that it names; `bundle` counts before its `bundles`.

    Raises:
        UsageError: site.toml is missing, is not TOML, or something in it or beside it is not right; names everything.
        BundleError: A bundle is not right, and nothing else is wrong.
    """
    template = node.template()
    loaded, first, told_by_model = load_for(path, bundle)
    config = loaded.config
    mistakes = list(loaded.mistakes)
    strings = read_strings(template / "strings.toml")
    mistakes += sentence_mistakes(loaded, strings)
    palette = palette_of(template, config.colours)
    mistakes += [f"{path}: {mistake}" for mistake in contrast_mistakes(palette, config.colours)]
    reader = OwnFilesReader(config, path)
    files = reader.read()
    mistakes += [f"{path}: {mistake}" for mistake in reader.mistakes]
    longer, wrong = read_longer_texts(config, path, template)
    mistakes += wrong
    try:
        bundles = _bundles(loaded, bundle, first)
        mistakes += [
            f"{path}: {mistake}" for mistake in _model_mistakes(config, bundles, files.own_points, by_hand=bool(bundle))
        ]
    except PlainfilmError as error:
        if not mistakes:
            raise
        mistakes.append(str(error))
        bundles = []
    if mistakes:
        raise UsageError("\n".join(mistakes))
    warnings = [general_words(path, bundles[0])] if told_by_model else []
    warnings += [] if path is None else [*unread_files(config, path), *_unused_classes(loaded, bundles)]
    return SiteInputs(config, strings, longer, tuple(bundles), files, palette, tuple(warnings))


def _bundles(loaded: Loaded, given: Sequence[Path], known: Bundle | None) -> list[Bundle]:
    config = loaded.config
    folders = given or bundle_folders(config.bundles, loaded.path)
    bundles = [known if known and known.path == folder else read_bundle(folder) for folder in folders]
    check_together(bundles)
    # Stable: the others keep their order. Models named by hand come in the order of the hand.
    return bundles if given else sorted(bundles, key=lambda bundle: bundle.metadata["name"] != config.model)


def _model_mistakes(
    config: SiteConfig, bundles: Sequence[Bundle], own: Sequence[OwnPoint], *, by_hand: bool
) -> list[str]:
    names = [bundle.metadata["name"] for bundle in bundles]
    points = list(dict.fromkeys(point["name"] for point in bundles[0].metadata["operating_points"]))
    first = next((one["name"] for one in bundles[0].metadata.get("populations", [])), None)
    points += [one.name for one in own if one.model == names[0] and one.population == first]
    wanted = [("reading.operating_point", config.reading.operating_point, points)]
    wanted += [] if by_hand else [("model", config.model, names)]
    mistakes = [problem for one in own for problem in problems_with(one, "own_points", bundles)]
    keys = [(one.model, one.population, one.name) for one in own]
    mistakes += [
        str(UsageError(f"own_points: two files are called {name}", expected="a name of its own for each"))
        for name in sorted({key[2] for key in keys if keys.count(key) > 1})
    ]
    if config.features.litert and not any(bundle.has_litert for bundle in bundles):
        mistakes.append(
            str(
                UsageError(
                    "features.litert: no model of the site has a network for LiteRT.js",
                    received=", ".join(names),
                    expected="a bundle with network.tflite",
                    next_step=f"python -m export litert {shlex.quote(str(bundles[0].path))}",
                )
            )
        )
    return mistakes + [
        str(UsageError(f"{key}: {names[0]} has none called {name}" if key != "model" else f"{key}: the site has none called {name}",
                       expected=_perhaps(name, known)))
        for key, name, known in wanted
        if name and name not in known
    ]  # fmt: skip


def _unused_classes(loaded: Loaded, bundles: Sequence[Bundle]) -> list[str]:
    known = list(bundles[0].metadata["class_names"])
    stated = [("classes", loaded.own.get("classes", {}))]
    stated += [(f"texts.{tag}.classes", texts.classes) for tag, texts in loaded.config.texts.items()]
    return [
        f"{loaded.path}: {key}.{name} is the name of no class, so it is not used: {_perhaps(name, known)}"
        for key, names in stated
        for name in names
        if name not in known
    ]


def _perhaps(name: str, known: Sequence[str]) -> str:
    return perhaps(name, known, f"one of {', '.join(known) or 'none'}")
