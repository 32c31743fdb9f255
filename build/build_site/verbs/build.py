"""`python -m build_site build`, and the plain call: builds the site and says how to look at it."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from build_site.policy import integrity
from plainfilm.node import brotli_sizes

if TYPE_CHECKING:
    from build_site.site import Built

OUT = Path("dist")
PORT = 8000
SITE_TOML = Path("site.toml")


def parser() -> argparse.ArgumentParser:
    """Its options."""
    made = argparse.ArgumentParser(
        prog="python -m build_site build", description="Builds the static site from model bundles."
    )
    add_inputs(made)
    made.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"folder to write (default: {OUT})")
    serve = (
        "serve the site on this machine; without --bundle and --config the one that is in the folder already, if any"
    )
    made.add_argument("--serve", action="store_true", help=serve)
    made.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port to serve on (default: {PORT})")
    return made


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """What a site is built of."""
    bundles = "bundle folder; repeat it for more models, the first is the default (default: those that site.toml names)"
    parser.add_argument("--bundle", type=Path, action="append", default=[], metavar="DIR", help=bundles)
    config = f"site configuration (default: {SITE_TOML} where there is one, or else the shipped one)"
    parser.add_argument("--config", type=Path, metavar="FILE", help=config)


def config_of(options: argparse.Namespace) -> Path | None:
    """The configuration that was given, or the one that is here; None for the shipped one."""
    given: Path | None = options.config
    if given is None and SITE_TOML.is_file():
        print(f"{SITE_TOML} here says what the site is")
        return SITE_TOML
    return given


def run(options: argparse.Namespace) -> None:
    """Builds the site; or serves one that exists, and builds it only where there is none."""
    from build_site.site import build, is_site

    out: Path = options.out
    if options.serve and not options.bundle and not options.config and is_site(out):
        print(f"{out} is served as it was built")
    else:
        started = time.perf_counter()
        built = build(out, bundle=options.bundle, config=config_of(options))
        print(summary(built, time.perf_counter() - started, serve_command(out, options.port)))
    if options.serve:
        serve_folder(out, options.port)


def serve_command(out: Path, port: int = PORT) -> str:
    """The command that serves the site in a folder as it is: with what this one was given, but for what it was built of."""
    given = [] if out == OUT else ["--out", str(out)]
    given += [] if port == PORT else ["--port", str(port)]
    return shlex.join(["python", "-m", "build_site", *given, "--serve"])


def summary(built: Built, seconds: float, serve: str) -> str:
    """What was built, and how to look at it."""

    def megabytes(*endings: str) -> str:
        return f"{sum(size for path, size in built.sizes.items() if path.endswith(endings)) / 1e6:.2f} MB"

    worker = next(path for path in built.sizes if path.startswith("assets/worker-"))
    gzipped = len(gzip.compress((built.out / worker).read_bytes()))
    [brotli] = brotli_sizes([built.out / worker])
    return "\n".join(
        [
            f"built {built.out} in {seconds:.1f} s: {len(built.sizes)} files",
            f"  weights {megabytes('.bin')}, scripts {megabytes('.js')} (engine {gzipped / 1e3:.0f} kB in gzip, {brotli / 1e3:.0f} in Brotli), "
            f"standalone.html {megabytes('standalone.html')}",
            "this version of the reader, for pages of others (docs/embedding.md):",
            f"  {module_tag(built)}",
            "look at it:",
            f"  double-click {built.out / 'standalone.html'}, or",
            f"  {serve}",
        ]
    )


def module_tag(built: Built) -> str:
    """What loads this version of plainfilm.js, and no other, into a page of others."""
    path = next(path for path in built.sizes if path.startswith("assets/plainfilm-"))
    digest = hashlib.sha256((built.out / path).read_bytes()).hexdigest()
    return f'<script type="module" src="YOUR-SITE/{path}" integrity="{integrity(digest)}" crossorigin></script>'


def serve_folder(folder: Path, port: int) -> None:
    """Serves a site that was built, until it is interrupted."""
    from build_site.serve import server

    with server(folder, port) as running:
        print(f"serving on http://127.0.0.1:{running.server_port}/ (Ctrl+C ends it)", flush=True)
        running.serve_forever()
