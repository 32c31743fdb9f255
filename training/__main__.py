"""`python -m training VERB`: prepare, fit, compare, evaluate, search, automl-csv."""

from __future__ import annotations

import argparse
from pathlib import Path

from plainfilm.errors import run_main


def main(arguments: list[str] | None = None) -> None:
    """Parses the command line and runs one stage."""
    from training.prepare import WHERE_TO_GET_IT

    parser = argparse.ArgumentParser(
        prog="python -m training", description="From a folder of chest X-rays to a trained, evaluated network."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    prepare_parser = verbs.add_parser(
        "prepare",
        help="check a data set, split it by patient",
        description="Checks a data set and writes splits.csv.",
        epilog=WHERE_TO_GET_IT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    prepare_parser.add_argument(
        "data", type=Path, metavar="DATA", help="folder that holds train/CLASS/*.jpeg and test/CLASS/*.jpeg"
    )
    prepare_parser.add_argument("--out", type=Path, help="default: training/prepared/NAME-OF-DATA")
    prepare_parser.add_argument(
        "--patients", type=Path, metavar="CSV", help="columns file, patient_id; default: the Kaggle set's file names"
    )
    prepare_parser.add_argument(
        "--seed", type=int, default=2020, help="for splits drawn at random (default: %(default)s)"
    )

    fit_parser = verbs.add_parser("fit", help="train a network, or continue an unfinished run")
    fit_parser.add_argument(
        "config", type=Path, metavar="CONFIG", help="a TOML file, or the name of one in training/configs/"
    )
    fit_parser.add_argument(
        "--runs", type=Path, default=Path("training/runs"), help="where run folders go (default: %(default)s)"
    )

    fit_parser.add_argument(
        "--backbone-weights",
        type=Path,
        metavar="FILE",
        help="ImageNet weights of a transfer network (default: downloaded)",
    )

    compare_parser = verbs.add_parser(
        "compare",
        help="which of several networks reads validation best",
        description="Reads validation, plain, varied and varied harder, with every run and with all of them together. Opens no test film.",
    )
    compare_parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folders of finished runs")
    compare_parser.add_argument(
        "--prepared", type=Path, help="the prepared data set, if it is no longer where the runs' configs say"
    )
    compare_parser.add_argument(
        "--native", type=Path, metavar="DIR", help="native files CLASS/FILE of films that the data set holds as copies"
    )

    evaluate_parser = verbs.add_parser("evaluate", help="choose thresholds on validation, report on test")
    evaluate_parser.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    evaluate_parser.add_argument(
        "--prepared", type=Path, help="the prepared data set, if it is no longer where the run's config says"
    )
    evaluate_parser.add_argument(
        "--external",
        nargs=2,
        action="append",
        default=[],
        metavar=("DIR", "TITLE"),
        help='films from elsewhere, DIR/CLASS/*, and what people call them, e.g. "films of adults"; may be repeated',
    )

    search_parser = verbs.add_parser(
        "search",
        help="try networks and recipes for a while, and pick three",
        description="Tries networks, sizes and recipes on validation until the budget is spent; repeat the command to go on. Any number "
        "of machines may work on one study folder.",
    )
    search_parser.add_argument("data", type=Path, metavar="DATA", help="a data set, or a prepared one")
    search_parser.add_argument("--budget", type=float, required=True, metavar="HOURS", help="of this command")
    search_parser.add_argument(
        "--study",
        type=Path,
        default=Path("runs/search"),
        metavar="DIR",
        help="the search's folder (default: %(default)s)",
    )
    search_parser.add_argument(
        "--like",
        type=Path,
        default=Path("mobilenet_v2"),
        metavar="CONFIG",
        help="positive class, and all that is not searched (default: %(default)s)",
    )
    search_parser.add_argument(
        "--backbone-weights",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="ImageNet weights of transfer networks (default: downloaded)",
    )
    search_parser.add_argument("--trials", type=int, metavar="N", help="end after N trials, if the budget lasts")

    automl_parser = verbs.add_parser(
        "automl-csv", help="write the import file for Google's AutoML image classification"
    )
    automl_parser.add_argument("data", type=Path, metavar="DATA", help="a data set, or a prepared one")
    automl_parser.add_argument(
        "--bucket", required=True, metavar="gs://BUCKET[/FOLDER]", help="where the data set is uploaded to"
    )
    automl_parser.add_argument("--out", type=Path, default=Path("data.csv"), help="default: %(default)s")

    options = parser.parse_args(arguments)
    if options.verb == "prepare":
        from training.films.open_data import default_prepared
        from training.prepare import prepare

        prepare(
            options.data,
            options.out or default_prepared(options.data),
            patients_csv=options.patients,
            seed=options.seed,
        )
    elif options.verb == "fit":
        from training.config import read_config
        from training.fit import fit

        fit(read_config(options.config), options.runs, options.backbone_weights)
    elif options.verb == "compare":
        from training.compare import compare

        compare(options.runs, prepared=options.prepared, native=options.native)
    elif options.verb == "evaluate":
        from training.evaluate import evaluate

        evaluate(options.run, options.prepared, [(Path(folder), title) for folder, title in options.external])
    elif options.verb == "search":
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
    else:
        from training.automl_csv import automl_csv
        from training.films.open_data import open_data

        automl_csv(open_data(options.data), options.bucket, options.out)


if __name__ == "__main__":
    run_main(main)
