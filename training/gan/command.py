"""The command line of `python -m training gan VERB`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_gan(verbs: Any) -> None:
    """Adds the verb `gan` with its own verbs."""
    top = verbs.add_parser(
        "gan",
        help="train a network that makes films, make some, judge them",
        description="Films that are nobody's, made by a network that learned from train patients alone.",
    )
    own = top.add_subparsers(dest="gan_verb", required=True, metavar="VERB")

    verb = own.add_parser("fit", help="train it, or go on with an unfinished run")
    verb.set_defaults(run_verb=_fit)
    verb.add_argument(
        "config", type=Path, metavar="CONFIG", help="a TOML file, or the name of one in training/gan/configs/"
    )
    verb.add_argument("--data", type=Path, help="a data set, or a prepared one (default: the config's `prepared`)")
    verb.add_argument("--runs", type=Path, default=Path("runs"), help="where run folders go (default: %(default)s)")
    verb.add_argument(
        "--patients",
        type=_share,
        default=1.0,
        metavar="SHARE",
        help="of the train patients, to learn from; the run's name then ends in their percentage (default: all)",
    )

    verb = own.add_parser("sample", help="make films, marked as made")
    verb.set_defaults(run_verb=_sample)
    verb.add_argument("run", type=Path, metavar="RUN", help="a run folder of gan fit")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    verb.add_argument("--films", type=_count, default=12, metavar="N", help="of each class (default: %(default)s)")
    verb.add_argument(
        "--seed", type=int, default=2020, help="the same films for the same number (default: %(default)s)"
    )
    verb.add_argument(
        "--unmarked",
        action="store_true",
        help="without the word MADE in the picture, to train on; the file still says it",
    )

    verb = own.add_parser("evaluate", help="how real they look, how varied they are, whether any is a copy")
    verb.set_defaults(run_verb=_evaluate)
    verb.add_argument("run", type=Path, metavar="RUN", help="a run folder of gan fit")
    verb.add_argument(
        "--reader", type=Path, required=True, metavar="RUN", help="a finished run of fit, whose features count"
    )
    verb.add_argument(
        "--films", type=_count, default=1000, metavar="N", help="made films of each class (default: %(default)s)"
    )
    verb.add_argument(
        "--backbone-weights", type=Path, metavar="FILE", help="ImageNet weights of MobileNetV2 (default: downloaded)"
    )


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{number} films: expected 1 to 100000")
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a number above 0, at most 1")
    return share


def _fit(options: argparse.Namespace) -> None:
    from msgspec.structs import replace

    from training.films.open_data import open_data
    from training.gan.config import read_gan_config
    from training.gan.fit import fit_gan

    config = read_gan_config(options.config)
    if options.data:
        config = replace(
            config, data=replace(config.data, prepared=str(open_data(options.data).folder), phantom_films=0)
        )
    if options.patients < 1:
        name = f"{config.name}_{100 * options.patients:g}"
        config = replace(config, name=name, data=replace(config.data, patients=options.patients))
    fit_gan(config, options.runs)


def _sample(options: argparse.Namespace) -> None:
    from training.gan.sample import sample

    sample(options.run, options.out, films=options.films, seed=options.seed, marked=not options.unmarked)


def _evaluate(options: argparse.Namespace) -> None:
    from training.gan.evaluate import evaluate_gan

    evaluate_gan(options.run, reader=options.reader, films=options.films, backbone_weights=options.backbone_weights)
