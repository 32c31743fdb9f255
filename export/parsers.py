"""The options of `python -m export` and of each of its verbs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from export.foreign.command import add_options
from plainfilm.bundle import Precision

MODELS = Path(__file__).parent / "models"


def export_parser() -> argparse.ArgumentParser:
    """The options of `python -m export RUN`."""
    parser = argparse.ArgumentParser(
        prog="python -m export",
        description="From a training run, or from a model that was trained elsewhere, to a bundle for browsers.",
        usage="python -m export RUN [options]\n       python -m export --from MODEL [options]",
        epilog="Further: python -m export audit RUN, python -m export refusals RUN, python -m export lateral RUN, python -m export litert BUNDLE, python -m export report; each has its own --help.",
    )
    _add_run(parser, nargs="?")
    parser.add_argument(
        "--precision",
        choices=get_args(Precision),
        help="of the weights (default: mixed; of a model that was trained elsewhere float16, or float32 where its layers are not known)",
    )
    parser.add_argument("--out", type=Path, default=MODELS, help="where bundles go (default: export/models)")
    parser.add_argument("--name", help="name of the bundle and its folder (default: the run's, or the model's)")
    add_options(parser)
    return parser


def audit_parser() -> argparse.ArgumentParser:
    """The options of `python -m export audit RUN`."""
    return argparse.ArgumentParser(
        prog="python -m export audit",
        parents=[_run_parser(), _pictures_parser()],
        description="Measures what a finished network leans on, where its heat map points, and what its OOD gate lets in.",
    )


def refusals_parser() -> argparse.ArgumentParser:
    """The options of `python -m export refusals RUN`."""
    parser = argparse.ArgumentParser(
        prog="python -m export refusals",
        parents=[_run_parser(), _pictures_parser()],
        description="Counts what a bundle's checks and OOD gate refuse, of films as they should be and of made-up mistakes.",
    )
    parser.add_argument(
        "--laterals", type=Path, metavar="DIR", help="chest films from the side, those that export lateral was given"
    )
    return parser


def lateral_parser() -> argparse.ArgumentParser:
    """The options of `python -m export lateral RUN`."""
    parser = argparse.ArgumentParser(
        prog="python -m export lateral",
        parents=[_run_parser()],
        description="Learns from a few lateral films how a network tells them from frontal ones, for its next export.",
    )
    parser.add_argument(
        "--laterals",
        type=Path,
        metavar="DIR",
        required=True,
        help="films from the side; every second one by name is learned from, the others measure",
    )
    parser.add_argument(
        "--frontals",
        type=Path,
        metavar="DIR",
        action="append",
        default=[],
        help="further frontal films, of a hospital that the run did not learn from; may be repeated",
    )
    return parser


def litert_parser() -> argparse.ArgumentParser:
    """The options of `python -m export litert BUNDLE`."""
    parser = argparse.ArgumentParser(
        prog="python -m export litert",
        description="Adds a bundle's network as LiteRT's file, for sites with a second engine (features.litert in site.toml).",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the bundle's folder, such as export/models/NAME")
    parser.add_argument("--out", type=Path, help="the folder of the bundle that has it (default: BUNDLE itself)")
    return parser


def report_parser() -> argparse.ArgumentParser:
    """The options of `python -m export report`."""
    parser = argparse.ArgumentParser(
        prog="python -m export report",
        description="Writes the tables of README.md, docs/results.md, docs/studies.md and docs/gan.md, and docs/report.html.",
    )
    parser.add_argument(
        "--runs", type=Path, default=Path("training/runs"), help="where run folders are (default: %(default)s)"
    )
    parser.add_argument(
        "--into",
        type=Path,
        nargs="+",
        default=[Path("README.md"), Path("docs/results.md"), Path("docs/studies.md"), Path("docs/gan.md")],
        metavar="FILE",
        help="Markdown files with markers for a table (default: README.md, docs/results.md, docs/studies.md and docs/gan.md)",
    )
    parser.add_argument(
        "--html", type=Path, default=Path("docs/report.html"), help="the whole report (default: %(default)s)"
    )
    parser.add_argument(
        "--with-films", action="store_true", help="write it once more, with the worst mistakes drawn (needs the films)"
    )
    return parser


def _run_parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    _add_run(shared)
    return shared


def _add_run(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    parser.add_argument(
        "run", type=Path, nargs=nargs, metavar="RUN", help="the folder of an evaluated run, such as training/runs/NAME"
    )
    parser.add_argument("--prepared", type=Path, help="the prepared data set, if it is not where the run's config says")


def _pictures_parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--models", type=Path, default=MODELS, help="where its bundle is (default: export/models)")
    shared.add_argument(
        "--native", type=Path, metavar="DIR", help="native files CLASS/FILE of films that the data set holds as copies"
    )
    shared.add_argument(
        "--external", type=Path, metavar="DIR", action="append", default=[], help="external chest films; may be repeated"
    )  # fmt: skip
    shared.add_argument("--not-chest", type=Path, metavar="DIR", help="pictures KIND/FILE that are not chest films")
    return shared
