"""The files of a site of somebody's own, and writing them where nothing is in their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from build_site.config import load, read_site_config
from build_site.models import bundle_folders, check_together
from build_site.site_toml.base import base_for
from build_site.site_toml.reference import site_toml
from plainfilm.atomic import OutputError, atomic_file
from plainfilm.bundle import METADATA, Bundle, read_bundle
from plainfilm.errors import UsageError
from plainfilm.files import read_bytes

HERE = Path(__file__).parent
CAPTION = "A drawn test picture"
IGNORED = "# What commands write.\n/dist/\n__pycache__/\n.pytest_cache/\n"
REQUIREMENTS = """\
# What the workflow and the test install. plainfilm: a wheel beside this file, or what else pip takes, such as git+https://HOST/OWNER/REPOSITORY
{plainfilm}
playwright>=1.50
pytest>=8
"""


def begin(folder: Path, *, bundle: Sequence[Path], plainfilm: str) -> list[str]:
    """Writes a new project and returns the paths of its files.

    Args:
        folder: Where to; other files may be there already.
        bundle: Bundles that are copied into it; where none is given, the shipped ones are named.
        plainfilm: How pip calls plainfilm, for its requirements.txt.

    Raises:
        UsageError: The bundles are not right for one site.
        OutputError: A file is in the way; nothing is written then.
    """
    files = files_of([read_bundle(path) for path in bundle], plainfilm)
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file", expected="a folder, or nothing", next_step="choose another folder")
    if there := [name for name in files if (folder / name).exists() or (folder / name).is_symlink()]:
        raise OutputError(
            f"{folder} has files of these names already, so nothing is written",
            received=", ".join(there[:10]) + (f" and {len(there) - 10} more" if len(there) > 10 else ""),
            expected="a folder without them, or none",
            next_step="choose another folder, or move these files away yourself",
        )
    for name, data in files.items():
        with atomic_file(folder / name) as partial:
            partial.write_bytes(data)
    return list(files)


def files_of(bundles: Sequence[Bundle], plainfilm: str) -> dict[str, bytes]:
    """The project's files by path; site.toml comes last, so that a project that has it is whole."""
    shipped = not bundles
    models = (
        [read_bundle(path) for path in bundle_folders(read_site_config().bundles, None)] if shipped else list(bundles)
    )
    check_together(models)
    sample_name, sample = _sample_of(models[0])
    stated: dict[str, Any] = {"samples": [{"file": sample_name, "caption": CAPTION}]}
    base = base_for(models[0])
    if base != "chest-xrays":
        stated["base"] = base
    words = load().config.classes
    classes = {name: words.get(name, name) for name in models[0].metadata["class_names"]}
    files: dict[str, bytes] = {}
    if not shipped:
        stated["bundles"] = [f"models/{bundle.metadata['name']}" for bundle in models]
        for bundle in models:
            files |= _copy_of(bundle)
    return files | {
        sample_name: sample,
        ".github/workflows/pages.yml": (HERE / "pages.yml").read_bytes(),
        ".gitignore": IGNORED.encode(),
        "requirements.txt": REQUIREMENTS.format(plainfilm=plainfilm).encode(),
        "tests/test_page.py": (HERE / "test_page.py.txt").read_bytes(),
        "site.toml": site_toml(stated, base, classes).encode(),
    }


def _copy_of(bundle: Bundle) -> dict[str, bytes]:
    root = f"models/{bundle.metadata['name']}"
    paths = [METADATA, *(str(entry["path"]) for entry in bundle.metadata["files"])]
    return {f"{root}/{path}": read_bytes(bundle.path / path) for path in paths}


def _sample_of(bundle: Bundle) -> tuple[str, bytes]:
    """The drawn picture of the bundle's own that its gate lets through by the widest margin."""
    cases: list[Mapping[str, Any]] = bundle.parity["cases"]
    gate = bundle.metadata["ood"]
    case = min(cases, key=lambda one: one.get("ood_score") or 0.0)
    if gate is not None and (case.get("ood_score") or 0.0) > gate["threshold"]:
        raise UsageError(f"{bundle.path}: its gate refuses every picture that it brings along, so none can be a sample")
    path = str(case["file"])
    return f"samples/drawn{Path(path).suffix}", read_bytes(bundle.path / path)
