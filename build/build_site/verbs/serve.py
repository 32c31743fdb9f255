"""`python -m build_site serve`: a look at the site while it is being made."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from build_site.verbs.build import PORT, add_inputs, config_of


def parser() -> argparse.ArgumentParser:
    """Its options."""
    made = argparse.ArgumentParser(
        prog="python -m build_site serve",
        description="Builds the site, serves it on this machine, and builds it anew whenever site.toml, a file beside it, a bundle "
        "or the template changes. The site is built in a temporary folder: `python -m build_site` writes one to keep.",
    )
    add_inputs(made)
    out = "keep the site in this folder too: a new one, or one that holds this same site"
    made.add_argument("--out", type=Path, metavar="DIR", help=out)
    made.add_argument(
        "--port",
        type=int,
        default=PORT,
        metavar="N",
        help="port to serve on; 0 takes a free one (default: %(default)s)",
    )
    embedding = "let pages of other origins load plainfilm.js and its parts, as docs/embedding.md has them"
    made.add_argument("--embedding", action="store_true", help=embedding)
    return made


def run(options: argparse.Namespace) -> None:
    """Serves until it is interrupted."""
    from build_site.watch import Preview

    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # so that the temporary folder goes
    with Preview(
        bundle=options.bundle,
        config=config_of(options),
        out=options.out,
        port=options.port,
        embedding=options.embedding,
    ) as preview:
        print(f"serving on {preview.address} and building anew on changes (Ctrl+C ends it)", flush=True)
        preview.run()
