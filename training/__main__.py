"""`python -m training VERB`: prepare, fit, evaluate, report."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.exceptions import run_main


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

    evaluate_parser = verbs.add_parser("evaluate", help="choose thresholds on validation, report on test")
    evaluate_parser.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    evaluate_parser.add_argument(
        "--prepared", type=Path, help="the prepared data set, if it is no longer where the run's config says"
    )

    report_parser = verbs.add_parser("report", help="write the comparison table of all runs into README.md")
    report_parser.add_argument(
        "--runs", type=Path, default=Path("training/runs"), help="where run folders are (default: %(default)s)"
    )
    report_parser.add_argument(
        "--readme", type=Path, default=Path("README.md"), help="file with the table's markers (default: %(default)s)"
    )

    options = parser.parse_args(arguments)
    if options.verb == "prepare":
        from training.prepare import prepare

        prepare(
            options.data,
            options.out or Path("training/prepared") / options.data.resolve().name,
            patients_csv=options.patients,
            seed=options.seed,
        )
    elif options.verb == "fit":
        from training.config import read_config
        from training.fit import fit

        fit(read_config(options.config), options.runs, options.backbone_weights)
    elif options.verb == "evaluate":
        from training.evaluate import evaluate

        evaluate(options.run, options.prepared)
    else:
        from training.report import report

        report(options.runs, options.readme)


if __name__ == "__main__":
    run_main(main)
