"""The command line: `python -m build_site`."""

from __future__ import annotations

import argparse
import gzip
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from plainfilm.errors import run_main

if TYPE_CHECKING:
    from build_site.site import Built

OUT = Path("dist")
PORT = 8000


def main() -> None:
    """Builds the site and says how to look at it; or serves one that exists, and builds it only where there is none."""
    arguments = _parser().parse_args()
    from build_site.site import build, is_site  # --help need not wait for it

    out: Path = arguments.out
    if arguments.serve and not arguments.bundle and not arguments.config and is_site(out):
        print(f"{out} is served as it was built")
    else:
        started = time.perf_counter()
        built = build(out, bundle=arguments.bundle, config=arguments.config)
        print(_summary(built, time.perf_counter() - started, serve_command(out, arguments.port)))
    if arguments.serve:
        _serve(out, arguments.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m build_site", description="Builds the static site from a model bundle."
    )
    bundles = "bundle folder; repeat it for more models, the first is the default (default: those that site.toml names)"
    parser.add_argument("--bundle", type=Path, action="append", default=[], metavar="DIR", help=bundles)
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"folder to write (default: {OUT})")
    config = "site configuration (default: site_template/site.toml)"
    parser.add_argument("--config", type=Path, metavar="FILE", help=config)
    serve = (
        "serve the site on this machine; without --bundle and --config the one that is in the folder already, if any"
    )
    parser.add_argument("--serve", action="store_true", help=serve)
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port to serve on (default: {PORT})")
    return parser


def serve_command(out: Path, port: int = PORT) -> str:
    """The command that serves the site in a folder as it is: with what this one was given, but for what it was built of."""
    given = [] if out == OUT else ["--out", str(out)]
    given += [] if port == PORT else ["--port", str(port)]
    return shlex.join(["python", "-m", "build_site", *given, "--serve"])


def _summary(built: Built, seconds: float, serve: str) -> str:
    def megabytes(*endings: str) -> str:
        return f"{sum(size for path, size in built.sizes.items() if path.endswith(endings)) / 1e6:.2f} MB"

    worker = next(path for path in built.sizes if path.startswith("assets/worker-"))
    compressed = len(gzip.compress((built.out / worker).read_bytes()))
    return "\n".join(
        [
            f"built {built.out} in {seconds:.1f} s: {len(built.sizes)} files",
            f"  weights {megabytes('.bin')}, scripts {megabytes('.js')} (engine {compressed / 1e3:.0f} kB gzipped), "
            f"standalone.html {megabytes('standalone.html')}",
            "look at it:",
            f"  double-click {built.out / 'standalone.html'}, or",
            f"  {serve}",
        ]
    )


def _serve(folder: Path, port: int) -> None:
    from build_site.serve import server

    with server(folder, port) as running:
        print(f"serving on http://127.0.0.1:{running.server_port}/ (Ctrl+C ends it)")
        running.serve_forever()


if __name__ == "__main__":
    run_main(main)
