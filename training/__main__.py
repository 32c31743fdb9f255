"""`python -m training VERB`: prepare, fit, compare, evaluate, search, study, gan, automl-csv.

Each verb imports its stage when it runs, so that `--help` and wrong usage are answered at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from plainfilm.errors import UsageError, run_main
from training.films.datasets import where_to_get_it
from training.gan.command import add_gan


def main(arguments: list[str] | None = None) -> None:
    """Parses the command line and runs one stage."""
    options = parser().parse_args(arguments)
    options.run_verb(options)


def parser() -> argparse.ArgumentParser:
    """The command line; `run_verb` of the parsed options is what to run."""
    top = argparse.ArgumentParser(
        prog="python -m training", description="From a folder of films to a trained, evaluated network."
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")

    # Options that several verbs share.
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("data", type=Path, metavar="DATA", help="a data set, or a prepared one")
    prepared = argparse.ArgumentParser(add_help=False)
    prepared.add_argument(
        "--prepared", type=Path, help="the prepared data set, if it is no longer where the run's config says"
    )

    verb = verbs.add_parser(
        "prepare",
        help="check a data set, split it by patient",
        description="Checks a data set and writes splits.csv.",
        epilog=where_to_get_it(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.set_defaults(run_verb=_prepare)
    verb.add_argument(
        "data",
        type=Path,
        metavar="DATA",
        help="folder that holds train/CLASS/* and test/CLASS/*; or a collection of several hospitals' films: a TOML file, or the name of "
        "one in training/collections/",
    )
    verb.add_argument("--out", type=Path, help="default: training/prepared/NAME-OF-DATA")
    verb.add_argument(
        "--patients", type=Path, metavar="CSV", help="columns file, patient_id; default: what file names tell"
    )
    verb.add_argument(
        "--labels",
        type=Path,
        metavar="CONFIG",
        help="a config whose [[data.labels]] give films their class by file name",
    )
    verb.add_argument(
        "--folder",
        action="append",
        default=[],
        metavar="HOSPITAL=DIR",
        help="of a collection: where a hospital's films lie, if not where the collection says; may be repeated",
    )
    verb.add_argument("--seed", type=int, default=2020, help="for splits drawn at random (default: %(default)s)")

    verb = verbs.add_parser("fit", help="train a network, or continue an unfinished run")
    verb.set_defaults(run_verb=_fit)
    verb.add_argument(
        "config", type=Path, metavar="CONFIG", help="a TOML file, or the name of one in training/configs/"
    )
    verb.add_argument("--data", type=Path, help="a data set, or a prepared one (default: the config's `prepared`)")
    verb.add_argument("--runs", type=Path, default=Path("runs"), help="where run folders go (default: %(default)s)")
    verb.add_argument(
        "--backbone-weights", type=Path, metavar="FILE", help="ImageNet weights of a transfer network (default: downloaded)"
    )  # fmt: skip
    verb.add_argument(
        "--films-in-memory",
        type=_gigabytes,
        metavar="GB",
        help="memory that films may take; where they are more, they are read from disk, with the same result (default: a quarter of the memory)",
    )

    verb = verbs.add_parser(
        "compare",
        parents=[prepared],
        help="which of several networks reads validation best",
        description="Reads plain validation and two augmented ones with every run and with all runs together. Opens no test film.",
    )
    verb.set_defaults(run_verb=_compare)
    verb.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folders of finished runs")
    verb.add_argument(
        "--native", type=Path, metavar="DIR", help="native files CLASS/FILE of films that the data set holds as copies"
    )

    verb = verbs.add_parser("evaluate", parents=[prepared], help="choose thresholds on validation, report on test")
    verb.set_defaults(run_verb=_evaluate)
    verb.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    verb.add_argument(
        "--external",
        nargs="+",
        action="append",
        default=[],
        metavar=("DIR", "TITLE"),
        help='external films, DIR/CLASS/*, and what people call them, e.g. "films of adults"; then, of a run with several populations, the '
        "one whose thresholds apply; may be repeated",
    )

    verb = verbs.add_parser(
        "search",
        parents=[data],
        help="try networks and recipes for a while, and pick three",
        description="Tries networks, sizes and recipes on validation until the budget is spent; repeat the command to go on. Any number "
        "of machines may work on one study folder.",
    )
    verb.set_defaults(run_verb=_search)
    verb.add_argument("--budget", type=float, required=True, metavar="HOURS", help="time for this command")
    verb.add_argument(
        "--study", type=Path, default=Path("runs/search"), metavar="DIR", help="the search's folder (default: %(default)s)"
    )  # fmt: skip
    verb.add_argument(
        "--like",
        type=Path,
        default=Path("mobilenet_v2"),
        metavar="CONFIG",
        help="positive class, and all that is not searched (default: %(default)s)",
    )
    verb.add_argument(
        "--backbone-weights",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="ImageNet weights of transfer networks (default: downloaded)",
    )
    verb.add_argument("--trials", type=int, metavar="N", help="end after N trials, if the budget lasts")

    verb = verbs.add_parser(
        "study",
        help="change one thing of a recipe at a time, and say what it brought",
        description="Trains every arm of a study with every seed and compares them on augmented validation; repeat the command to go on.",
    )
    verb.set_defaults(run_verb=_study)
    verb.add_argument("study", type=Path, metavar="STUDY", help="a TOML file, or the name of one in training/studies/")
    verb.add_argument("--data", type=Path, help="a data set, or a prepared one (default: the base config's `prepared`)")
    verb.add_argument("--out", type=Path, metavar="DIR", help="where its runs go (default: runs/studies/STUDY)")
    verb.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="runs at a time (default: %(default)s)")
    verb.add_argument(
        "--open-test",
        action="store_true",
        help="train nothing; read test, once, with the arm that the study's file names as best",
    )

    add_gan(verbs)

    verb = verbs.add_parser(
        "automl-csv", parents=[data], help="write the import file for Google's AutoML image classification"
    )
    verb.set_defaults(run_verb=_automl_csv)
    verb.add_argument(
        "--bucket", required=True, metavar="gs://BUCKET[/FOLDER]", help="where the data set is uploaded to"
    )
    verb.add_argument("--out", type=Path, default=Path("data.csv"), help="default: %(default)s")
    return top


def _gigabytes(text: str) -> int:
    """Bytes, of so many GB."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1e9:  # NaN neither
        raise argparse.ArgumentTypeError(f"{text} is not an amount of memory: expected GB, 0 or more")
    return int(number * 1e9)


def _prepare(options: argparse.Namespace) -> None:
    from training.config import read_config
    from training.films.collection import is_collection
    from training.films.open_data import default_prepared
    from training.prepare import prepare

    if is_collection(options.data):
        _prepare_collection(options)
        return
    if options.folder:
        raise UsageError(
            "--folder goes with a collection of several hospitals' films",
            received=f"{options.data}, which is one data set",
            expected="a TOML file, or the name of one in training/collections/",
        )
    labels = read_config(options.labels).data.labels if options.labels else ()
    out = options.out or default_prepared(options.data, labels)
    prepare(options.data, out, patients_csv=options.patients, seed=options.seed, labels=labels)


def _prepare_collection(options: argparse.Namespace) -> None:
    from training.films.open_data import default_prepared
    from training.prepare_collection import prepare_collection

    for option, given in (("--patients", options.patients), ("--labels", options.labels)):
        if given:
            raise UsageError(
                f"{option} goes with one data set",
                received=f"{options.data}, a collection",
                expected="patients and classes in the [[hospitals]] tables of the collection",
            )
    folders: dict[str, Path] = {}
    for given in options.folder:
        name, equals, folder = given.partition("=")
        if not (name and equals and folder) or name in folders:
            raise UsageError(
                "--folder says where the films of one hospital lie",
                received=given,
                expected="HOSPITAL=DIR, every hospital once",
            )
        folders[name] = Path(folder)
    out = options.out or default_prepared(options.data.with_suffix(""))
    prepare_collection(options.data, out, folders=folders, seed=options.seed)


def _fit(options: argparse.Namespace) -> None:
    from msgspec.structs import replace

    from training.config import read_config
    from training.films.open_data import open_data
    from training.fit import fit

    config = read_config(options.config)
    if options.data:
        prepared = str(open_data(options.data, config.data.labels).folder)
        config = replace(config, data=replace(config.data, prepared=prepared, phantom_films=0))
    fit(config, options.runs, options.backbone_weights, in_memory=options.films_in_memory)


def _compare(options: argparse.Namespace) -> None:
    from training.compare import compare

    compare(options.runs, prepared=options.prepared, native=options.native)


def _evaluate(options: argparse.Namespace) -> None:
    from training.evaluate import evaluate
    from training.films.external import ExternalFilms

    for given in options.external:
        if len(given) not in (2, 3):
            raise UsageError(
                "--external takes a folder and what people call its films",
                received=" ".join(given),
                expected="--external DIR TITLE, or of a run with several populations --external DIR TITLE POPULATION; a TITLE of several words in quotes",
            )
    evaluate(
        options.run, options.prepared, [ExternalFilms(Path(folder), *words) for folder, *words in options.external]
    )


def _search(options: argparse.Namespace) -> None:
    from training.config import read_config
    from training.search.run import search
    from training.search.space import Space, every_network

    like = read_config(options.like)
    search(
        options.data,
        Space(like, every_network(like)),
        options.study,
        hours=options.budget,
        weights=options.backbone_weights,
        most_trials=options.trials,
    )


def _jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"{number} runs at a time: expected 1 to 64")
    return number


def _study(options: argparse.Namespace) -> None:
    from training.films.open_data import open_data
    from training.study.run import study

    prepared = str(open_data(options.data).folder) if options.data else None
    study(options.study, options.out, prepared=prepared, jobs=options.jobs, open_test=options.open_test)


def _automl_csv(options: argparse.Namespace) -> None:
    from training.automl_csv import automl_csv
    from training.films.open_data import open_data

    automl_csv(open_data(options.data), options.bucket, options.out)


if __name__ == "__main__":
    run_main(main)
