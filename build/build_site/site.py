"""Builds the site: a bundle in, a folder of static files out. This is the whole story, top to bottom."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from build_site import embedding, offline, render
from build_site.addresses import STANDALONE, Addresses
from build_site.card.model_card import Cards, cards_of
from build_site.check import check
from build_site.edition import Edition, Scripts, Site
from build_site.hosts import NOT_FOUND, host_files, security_of
from build_site.i18n.languages import language_of
from build_site.i18n.localise import Texts, edition_of, translations_of
from build_site.licences import Licence, licences_of, licences_text
from build_site.models import first_files, model_of
from build_site.not_found import not_found_page
from build_site.phantoms import phantoms_for
from build_site.policy import inline
from build_site.sbom import SBOM, sbom
from build_site.site_toml.files import SVG, Picture
from build_site.site_toml.read import read_site
from plainfilm import node
from plainfilm.atomic import atomic_folder, check_output, file_entry
from plainfilm.bundle import LITERT as LITERT_NETWORK
from plainfilm.bundle import METADATA, Bundle
from plainfilm.engines import LITERT, TENSORFLOW
from plainfilm.files import read_bytes, read_json
from plainfilm.metadata import Metadata

MANIFEST = "build.json"
BUILDER = "plainfilm"
DICOM = "application/dicom"
# Of a site that has none of its own; the drawn icons are those of the first.
MARKS = {"chest-xrays": "mark.svg", "pictures": "mark_pictures.svg"}


@dataclass(frozen=True)
class Built:
    """A site that was written.

    Attributes:
        out: Its folder.
        sizes: Bytes of every file by path.
    """

    out: Path
    sizes: dict[str, int]


def build(out: Path, *, bundle: Path | Sequence[Path] = (), config: Path | None = None) -> Built:
    """Builds the site.

    Everything is gathered and checked in memory first; then it is written beside `out` and renamed. The same inputs
    give the same bytes.

    Args:
        out: The folder to write; an earlier site there is replaced.
        bundle: The bundle's folder, or several, of which the first is the default; where none is given, the site
            configuration's `bundles` in export/models.
        config: A site.toml; by default the template's.

    Raises:
        PlainfilmError: The bundle, the configuration, npm, esbuild or the output folder is not right; or the finished
            site fails its own checks. Nothing is written then.
    """
    made_of = read_site(config, [bundle] if isinstance(bundle, Path) else bundle)
    configured, bundles = made_of.config, made_of.bundles
    for warning in made_of.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    inputs = [bundle.path for bundle in bundles]
    check_output(out, manifest=MANIFEST, inputs=inputs)
    template = node.workspace()
    models = [model_of(bundle, configured.reading.operating_point, made_of.files.own_points) for bundle in bundles]
    texts = Texts(configured, made_of.strings, made_of.longer, models)
    translations = translations_of(texts, template / "translations")
    scripts, licences = _bundled(template, bundles, litert=configured.features.litert)
    scripts = dataclasses.replace(
        scripts,
        style=scripts.style + made_of.palette.css + made_of.files.css,
        embed_style=scripts.embed_style + made_of.palette.css,
    )
    drawn = phantoms_for(configured, bundles[0].metadata["class_names"])
    site = Site(
        version=version(),
        scripts=scripts,
        mark=(template / MARKS[configured.base]).read_text("utf-8").strip(),
        files=made_of.files if made_of.files.samples else dataclasses.replace(made_of.files, samples=drawn),
        grounds=made_of.palette.grounds,
        licences=licences,
        languages=tuple(language_of(one.language) for one in translations),
    )
    editions = [edition_of(site, texts, one) for one in translations]
    files = _assemble(template, editions, cards_of(editions), bundles)
    check(files)
    files[MANIFEST] = _manifest(site.version, configured.title, files)
    _write(out, files, inputs)
    return Built(out, {path: len(data) for path, data in files.items()})


def _bundled(template: Path, bundles: Sequence[Bundle], *, litert: bool) -> tuple[Scripts, list[Licence]]:
    """Bundles scripts and styles, with only what these networks need of the engine, and reads the licences of their packages."""
    kernels = sorted({kernel for bundle in bundles for kernel in node.kernels_of(bundle.path)})
    operations = sorted({operation for bundle in bundles for operation in node.operations_of(bundle.path)})
    packages: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:

        def bundled(
            name: str,
            *more: str,
            module: bool = False,
            kernels: Sequence[str] | None = None,
            operations: Sequence[str] | None = None,
        ) -> Path:
            out, entries = Path(temporary) / name, [f"src/{name}/main.ts", *more]
            made = node.esbuild(
                template, entries, out, platform="browser", module=module, kernels=kernels, operations=operations
            )
            packages.extend(made)
            return out

        page = bundled("page", "styles/page.css")
        embed = bundled("embed", "styles/embed.css", module=True)
        scripts = Scripts(
            language=(bundled("language") / "main.js").read_text("utf-8"),
            guard=(bundled("guard") / "main.js").read_text("utf-8"),
            not_found=(bundled("not_found") / "main.js").read_text("utf-8"),
            page=(page / "main.js").read_text("utf-8"),
            worker=(bundled("worker", kernels=kernels, operations=operations) / "main.js").read_bytes(),
            litert=(bundled("worker/litert") / "main.js").read_bytes() if litert else None,
            formats=(bundled("formats") / "main.js").read_bytes(),
            measure=(bundled("measure") / "main.js").read_bytes(),
            later=inline((bundled("page/later") / "main.js").read_text("utf-8"), "script"),
            service_worker=(bundled("service_worker") / "main.js").read_bytes(),
            style=(page / "page.css").read_text("utf-8"),
            embed=(embed / "main.js").read_text("utf-8"),
            embed_style=(embed / "embed.css").read_text("utf-8"),
        )
    return scripts, licences_of((template / package for package in packages), template / "licences")


def _assemble(template: Path, editions: Sequence[Edition], cards: Cards, bundles: Sequence[Bundle]) -> dict[str, bytes]:
    """All files of the site, by path. Names carry a hash of the contents, so hosts may cache them without limit."""
    files: dict[str, bytes] = {}
    site, scripts, config = editions[0].site, editions[0].site.scripts, editions[0].config
    own = site.files
    wasm = {name: (node.binaries_folder() / name).read_bytes() for name in TENSORFLOW.binaries}
    engines = (TENSORFLOW, LITERT) if scripts.litert is not None else (TENSORFLOW,)

    def add(name: str, data: bytes) -> str:
        stem, dot, suffix = name.partition(".")
        path = f"assets/{stem}-{_hash(data)}{dot}{suffix}"
        files[path] = data
        return path

    def add_bundle(bundle: Bundle) -> str:
        held = _bundle_files(bundle, litert=config.features.litert)
        folder = f"models/{bundle.metadata['name']}-{_hash(held[METADATA])}/"
        files.update({folder + path: data for path, data in held.items()})
        return folder

    folders = {bundle.metadata["name"]: add_bundle(bundle) for bundle in bundles}
    mark = Picture("mark.svg", render.icon(site).encode(), SVG, None)
    icons = (
        offline.shipped_icons(template, render.icon(site), add)
        if own.icon is None and config.base == "chest-xrays"
        else offline.own_icons(own.icon or mark, add)
    )
    script, style = add("page.js", scripts.page.encode()), add("page.css", scripts.style.encode())
    worker, formats = add("worker.js", scripts.worker), add("formats.js", scripts.formats)
    measure, later = add("measure.js", scripts.measure), add("later.js", scripts.later.encode())
    litert = None if scripts.litert is None else add("litert.js", scripts.litert)
    binaries = {
        name: add(name, (node.binaries_folder(one) / name).read_bytes()) for one in engines for name in one.binaries
    }
    addresses = Addresses(
        script=script,
        worker=worker,
        litert=litert,
        formats=formats,
        measure=measure,
        later=later,
        style=style,
        icon=icons.tab,
        icon_type=icons.tab_type,
        apple_icon=icons.apple,
        logo=None if own.logo is None else add("logo.svg" if own.logo.kind == SVG else "logo.png", own.logo.data),
        samples=tuple(add(f"sample{_suffix(one.name)}", one.data) for one in own.samples),
        bundles=folders,
        wasm=binaries,
        early={path: len(files[path]) for path in (*_usual(binaries), *_first(bundles[0], folders))},
        sha256={
            path: _sha256(files[path])
            for path in (script, worker, litert, formats, measure, later, *binaries.values())
            if path
        },
    )
    templates = render.templates_in(template / "templates")
    for edition in editions:
        files |= render.WebPages(templates, edition, cards, addresses).files()
    files["licences.txt"] = licences_text(site.licences).encode()
    metadata = [cast("Metadata", bundle.metadata) for bundle in bundles]
    files[SBOM] = sbom(config.title, site.version, site.licences, metadata, template / "package-lock.json")
    default = folders[bundles[0].metadata["name"]]
    opens = {
        kind: endings for kind, endings in node.declared()["opens"].items() if config.features.dicom or kind != DICOM
    }
    files[offline.WEB_APP_MANIFEST] = offline.web_app_manifest(config, site.grounds[0], icons.listed, opens)
    seldom = [addresses.wasm[name] for one in engines for name in one.seldom]
    seldom += [*addresses.samples, *([litert] if litert else []), default + LITERT_NETWORK]
    files[offline.SERVICE_WORKER] = offline.service_worker(scripts.service_worker, files, model=default, seldom=seldom)
    # No page asks for the rest, so none of it is kept on a device: it is for hosts, and for people who take the page along.
    alone = render.standalone_page(templates, editions, cards, _bundle_files(bundles[0]), wasm)
    files[STANDALONE] = alone.encode()
    files[NOT_FOUND] = not_found_page(templates, editions)
    sites = {
        one.language.tag: add(f"site-{one.language.tag}.json", embedding.site_data(one, addresses)) for one in editions
    }
    pinned: dict[str, dict[str, object]] = {
        one.language.tag: {
            "address": (path := sites[one.language.tag]),
            "sha256": _sha256(files[path]),
            "unavailable": embedding.unavailable(one),
        }
        for one in editions
    }
    files[embedding.MODULE] = embedding.entry(add(embedding.MODULE, embedding.module(scripts, pinned)))
    files[embedding.TYPES] = (template / "src/embed" / embedding.TYPES).read_bytes()
    return files | host_files(security_of(data for path, data in files.items() if path.endswith(".html")))


def _usual(binaries: dict[str, str]) -> list[str]:
    """Addresses of the engine's binaries that most browsers load."""
    return [path for name, path in binaries.items() if name in TENSORFLOW.binaries and name not in TENSORFLOW.seldom]


def _first(bundle: Bundle, folders: dict[str, str]) -> list[str]:
    """Addresses of a bundle's files that the engine needs before it reads a film."""
    return [folders[bundle.metadata["name"]] + path for path in first_files(cast("Metadata", bundle.metadata))]


def _suffix(name: str) -> str:
    """The ending of a file's name, as it may stand in any address; a file without one is DICOM."""
    suffix = Path(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else ".dcm"


def is_site(folder: Path) -> bool:
    """Whether a folder holds a site that was built here."""
    try:
        return bool(read_json(folder / MANIFEST)["builder"] == BUILDER)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _bundle_files(bundle: Bundle, *, litert: bool = False) -> dict[str, bytes]:
    """What a site holds of a bundle: the second engine's network only where it has that."""
    listed = (str(entry["path"]) for entry in bundle.metadata["files"])
    paths = [METADATA, *(path for path in listed if litert or path != LITERT_NETWORK)]
    return {path: read_bytes(bundle.path / path) for path in paths}


def version() -> str:
    """The version of this package: of the installed one, or in a bare checkout of pyproject.toml."""
    try:
        return importlib.metadata.version("plainfilm")
    except importlib.metadata.PackageNotFoundError:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])


def _manifest(package_version: str, title: str, files: dict[str, bytes]) -> bytes:
    """build.json: what was built, with sizes and hashes; also the sign that the folder is ours to replace."""
    entries = [file_entry(path, data) for path, data in sorted(files.items())]
    document = {"builder": BUILDER, "version": package_version, "title": title, "files": entries}
    return json.dumps(document, indent=1).encode() + b"\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hash(data: bytes) -> str:
    return _sha256(data)[:12]


def _write(out: Path, files: dict[str, bytes], inputs: Sequence[Path]) -> None:
    """Writes the whole site, or leaves the old one."""
    with atomic_folder(out, manifest=MANIFEST, inputs=inputs) as site:
        for path, data in files.items():
            target = site / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
