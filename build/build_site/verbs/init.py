"""`python -m build_site init DIR`: begins a site of somebody's own."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    """Its options."""
    made = argparse.ArgumentParser(
        prog="python -m build_site init",
        description="Writes a new site's files: site.toml with every key and its meaning, commented out; a sample picture that the "
        "bundle brings along; a test that the built page reads it; a workflow that publishes the site on GitHub Pages. Never writes "
        "over a file.",
    )
    made.add_argument("folder", type=Path, metavar="DIR", help="folder of the new site")
    bundle = "bundle to copy into it; repeat it for more models (default: the shipped ones, by their names)"
    made.add_argument("--bundle", type=Path, action="append", default=[], metavar="DIR", help=bundle)
    made.add_argument(
        "--plainfilm",
        metavar="REQUIREMENT",
        help="how pip installs plainfilm in the workflow, such as git+https://HOST/OWNER/REPOSITORY (default: a wheel in DIR/wheels)",
    )
    return made


def run(options: argparse.Namespace) -> None:
    """Writes the files and says what to do with them."""
    from build_site.begin.project import begin
    from build_site.site import version

    wheel = f"wheels/plainfilm-{version()}-py3-none-any.whl"
    folder: Path = options.folder
    written = begin(folder, bundle=options.bundle, plainfilm=options.plainfilm or f"./{wheel}")
    models = sorted({name.split("/")[1] for name in written if name.startswith("models/")})
    print(f"wrote {folder}:")
    for name in [
        *(f"models/{model}/" for model in models),
        *(name for name in written if not name.startswith("models/")),
    ]:
        print(f"  {name}")
    print("next:")
    steps = [
        (f"cd {shlex.quote(str(folder))}", ""),
        ("python -m build_site serve", "look at it, and change site.toml meanwhile"),
        ("python -m build_site", "write dist/"),
        ("python -m pytest tests", "its page reads the sample (needs pytest and playwright)"),
        ("python -m build_site deploy gh-pages", "put it online, from a repository on GitHub"),
    ]
    for command, why in steps:
        print(f"  {command:<38}{why}".rstrip())
    if options.plainfilm is None:
        wheels = shlex.quote(str((folder / "wheels").resolve()))
        print(f"GitHub's workflow installs {wheel}, which in plainfilm's checkout this makes:")
        print(f"  python -m pip wheel --no-deps --no-build-isolation --wheel-dir {wheels} .")
