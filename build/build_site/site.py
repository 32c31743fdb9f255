"""Builds the site: a bundle in, a folder of static files out. This is the whole story, top to bottom."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from build_site import offline, render
from build_site.card.texts import read_about, read_card_texts
from build_site.check import check
from build_site.config import SiteConfig, read_messages, read_site_config, strings_of
from build_site.i18n.languages import language_of
from build_site.i18n.localise import in_every_language
from build_site.licences import licences_of, licences_text
from build_site.models import check_together, model_of, shipped_models
from plainfilm import node
from plainfilm.atomic import atomic_folder, check_output, file_entry
from plainfilm.bundle import METADATA, Bundle, read_bundle
from plainfilm.engines import TENSORFLOW

MANIFEST = "build.json"


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
    site = read_site_config(config or node.template() / "site.toml")
    folders = [bundle] if isinstance(bundle, Path) else bundle
    bundles = [read_bundle(folder) for folder in folders or [shipped_models() / name for name in site.bundles]]
    check_together(bundles)
    inputs = [bundle.path for bundle in bundles]
    check_output(out, manifest=MANIFEST, inputs=inputs)
    template = node.workspace()
    parts, wasm = _gather(template, bundles, site, config)
    everywhere = in_every_language(parts, read_messages(template / "strings.toml"), template / "translations")
    files = _assemble(template, everywhere, bundles, wasm)
    check(files)
    files[MANIFEST] = _manifest(parts.version, files)
    _write(out, files, inputs)
    return Built(out, {path: len(data) for path, data in files.items()})


def _gather(
    template: Path, bundles: Sequence[Bundle], site: SiteConfig, config: Path | None
) -> tuple[render.Parts, dict[str, bytes]]:
    """Bundles scripts and styles, with only the kernels that these networks need, and reads what else the pages are made of."""
    with tempfile.TemporaryDirectory() as temporary:
        scripts = Path(temporary)
        kernels = sorted({kernel for bundle in bundles for kernel in node.kernels_of(bundle.path)})
        packages = node.esbuild(template, ["src/page/main.ts", "styles/page.css"], scripts / "page", platform="browser")
        packages += node.esbuild(
            template, ["src/worker/main.ts"], scripts / "worker", platform="browser", kernels=kernels
        )
        packages += node.esbuild(template, ["src/formats/main.ts"], scripts / "formats", platform="browser")
        node.esbuild(template, ["src/language/main.ts"], scripts / "language", platform="browser")
        packages += node.esbuild(
            template, ["src/service_worker/main.ts"], scripts / "service_worker", platform="browser"
        )
        language_script = (scripts / "language" / "main.js").read_text("utf-8")
        page_script = (scripts / "page" / "main.js").read_text("utf-8")
        style = (scripts / "page" / "page.css").read_text("utf-8")
        worker_script = (scripts / "worker" / "main.js").read_bytes()
        formats_script = (scripts / "formats" / "main.js").read_bytes()
        service_worker_script = (scripts / "service_worker" / "main.js").read_bytes()
    parts = render.Parts(
        version=version(),
        site=site,
        strings=strings_of(read_messages(template / "strings.toml"), site, bundles[0].metadata["positive_class"]),
        models=tuple(model_of(bundle) for bundle in bundles),
        languages=(language_of(site.language),),
        about=read_about(_own_or_template(config, template, "about.toml")),
        card_texts=read_card_texts(_own_or_template(config, template, "model_card.toml")),
        licences=licences_of(template / package for package in packages),
        language_script=language_script,
        page_script=page_script,
        worker_script=worker_script,
        formats_script=formats_script,
        service_worker_script=service_worker_script,
        style=style,
        mark=(template / "mark.svg").read_text("utf-8").strip(),
    )
    return parts, {name: (node.binaries_folder() / name).read_bytes() for name in TENSORFLOW.binaries}


def _own_or_template(config: Path | None, template: Path, name: str) -> Path:
    """A file of texts: the one beside the site's own configuration, or else the template's."""
    own = None if config is None else config.with_name(name)
    return own if own is not None and own.is_file() else template / name


def _assemble(
    template: Path, everywhere: Sequence[render.Parts], bundles: Sequence[Bundle], wasm: dict[str, bytes]
) -> dict[str, bytes]:
    """All files of the site, by path. Names carry a hash of the contents, so that hosts may cache them for ever."""
    files: dict[str, bytes] = {}
    parts = everywhere[0]

    def add(name: str, data: bytes) -> str:
        stem, dot, suffix = name.partition(".")
        path = f"assets/{stem}-{_hash(data)}{dot}{suffix}"
        files[path] = data
        return path

    def add_bundle(bundle: Bundle) -> str:
        held = _bundle_files(bundle)
        folder = f"models/{bundle.metadata['name']}-{_hash(held[METADATA])}/"
        files.update({folder + path: data for path, data in held.items()})
        return folder

    folders = {bundle.metadata["name"]: add_bundle(bundle) for bundle in bundles}
    icons = {name: add(name, data) for name, data in offline.icons(template).items()}
    addresses = render.Addresses(
        script=add("page.js", parts.page_script.encode()),
        worker=add("worker.js", parts.worker_script),
        formats=add("formats.js", parts.formats_script),
        style=add("page.css", parts.style.encode()),
        icon=add("icon.svg", render.icon(parts).encode()),
        apple_icon=icons[offline.APPLE_ICON],
        bundles=folders,
        wasm={name: add(name, data) for name, data in wasm.items()},
    )
    templates = render.templates_in(template / "templates")
    for spoken in everywhere:
        files[spoken.folder + render.INDEX] = render.index_page(templates, spoken, addresses).encode()
        files[spoken.folder + render.ABOUT] = render.about_page(templates, spoken, addresses).encode()
        for model in spoken.models:
            page = render.model_card_page(templates, spoken, model, addresses)
            files[spoken.folder + render.model_card_path(model, spoken)] = page.encode()
    files[render.STANDALONE] = render.standalone_page(templates, everywhere, _bundle_files(bundles[0]), wasm).encode()
    files["licences.txt"] = licences_text(parts.licences).encode()
    files[offline.WEB_APP_MANIFEST] = offline.web_app_manifest(parts.site, parts.style, addresses.icon, icons)
    seldom = [addresses.wasm[name] for name in TENSORFLOW.seldom]
    default = folders[parts.models[0].name]
    worker = offline.service_worker(parts.service_worker_script, files, model=default, seldom=seldom)
    files[offline.SERVICE_WORKER] = worker
    files["robots.txt"] = b"User-agent: *\nAllow: /\n"
    files[".nojekyll"] = b""  # GitHub Pages: serve the files as they are
    return files


def _bundle_files(bundle: Bundle) -> dict[str, bytes]:
    paths = [METADATA, *(entry["path"] for entry in bundle.metadata["files"])]
    return {path: (bundle.path / path).read_bytes() for path in paths}


def version() -> str:
    """The version of this package: of the installed one, or in a bare checkout of pyproject.toml."""
    try:
        return importlib.metadata.version("plainfilm")
    except importlib.metadata.PackageNotFoundError:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])


def _manifest(package_version: str, files: dict[str, bytes]) -> bytes:
    """build.json: what was built, with sizes and hashes; also the sign that the folder is ours to replace."""
    entries = [file_entry(path, data) for path, data in sorted(files.items())]
    return json.dumps({"builder": "plainfilm", "version": package_version, "files": entries}, indent=1).encode() + b"\n"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _write(out: Path, files: dict[str, bytes], inputs: Sequence[Path]) -> None:
    """The whole site or the old one, never a part."""
    with atomic_folder(out, manifest=MANIFEST, inputs=inputs) as site:
        for path, data in files.items():
            target = site / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
