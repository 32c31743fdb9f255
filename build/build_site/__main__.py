"""The command line: `python -m build_site`."""

from __future__ import annotations

import argparse
import gzip
import time
from pathlib import Path
from typing import TYPE_CHECKING

from plainfilm.errors import run_main

if TYPE_CHECKING:
    from build_site.site import Built


def main() -> None:
    """Builds the site, says how to look at it, and serves it where that was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m build_site", description="Builds the static site from a model bundle."
    )
    parser.add_argument(
        "--bundle", type=Path, action="append", default=[], metavar="DIR",
        help="bundle folder; repeat it for more models, the first is the default (default: those that site.toml names)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR", help="folder to write (default: dist)")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="site configuration (default: site_template/site.toml)"
    )
    parser.add_argument("--serve", action="store_true", help="serve the site on this machine when it is built")
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="port to serve on (default: 8000)")
    arguments = parser.parse_args()
    from build_site.site import build  # --help need not wait for it

    started = time.perf_counter()
    built = build(arguments.out, bundle=arguments.bundle, config=arguments.config)
    print(_summary(built, time.perf_counter() - started))
    if arguments.serve:
        _serve(built.out, arguments.port)


def _summary(built: Built, seconds: float) -> str:
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
            "  python -m build_site --serve",
        ]
    )


def _serve(folder: Path, port: int) -> None:
    from build_site.serve import server

    with server(folder, port) as running:
        print(f"serving on http://127.0.0.1:{running.server_port}/ (Ctrl+C ends it)")
        running.serve_forever()


if __name__ == "__main__":
    run_main(main)
