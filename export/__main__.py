"""`python -m export RUN`: a training run becomes a bundle that the page can load, checked against Keras."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import get_args

from plainfilm.atomic import atomic_folder, check_output
from plainfilm.bundle import METADATA, Bundle, Precision, check_name, read_bundle
from plainfilm.errors import run_main

MODELS = Path(__file__).parent / "models"


def export(run: Path, out: Path, *, name: str, precision: Precision, prepared: Path | None) -> Bundle:
    """Exports a run to the bundle `out / name` and returns it as read back.

    Raises:
        PlainfilmError: The run cannot be exported, or the bundle does not give what Keras gives; nothing is written.
    """
    from export.source import read_source
    from training.evaluation.doubts import warn_of_doubts

    check_name(name)
    source = read_source(run, prepared)
    warn_of_doubts(source.evaluation)
    inputs = (run, source.data.folder, source.data.source)
    check_output(out / name, manifest=METADATA, inputs=inputs)

    # TensorFlow takes seconds to import: only now, when all that can be wrong with the words has been checked.
    import numpy as np

    from export import film_checks, graph, ood, reference
    from export.convert import convert
    from export.metadata import write_metadata
    from export.network.fold import fold
    from export.network.gate_maps import gate_maps
    from export.network.heatmap import head_of
    from export.parity import write_parity
    from export.predictions import write_predictions
    from export.quantise import STORED_AS, as_stored, compare, readout_as_stored
    from export.training_films import training_films
    from export.verify import check_agreement, run_in_node

    print(f"{name}: reading the run's network and validation films", flush=True)
    model = reference.load_model(source.run)
    validation = np.concatenate(list(source.batches("val")))
    of_keras = reference.keras_logits(model, validation)

    network = fold(model, source.positive)
    plain = graph.Readout(temperature=1.0, positive=source.positive, gate=None)
    folded = reference.outputs(network, plain, validation)
    check_agreement("logits of the folded network and of Keras", folded["logit"], of_keras)

    print("fitting the out-of-distribution gate to the training films", flush=True)
    stored = as_stored(network, precision)
    films = training_films(source)
    gate = ood.fit_gate(reference.descriptions(stored, [films.plain, films.augmented]))
    readout = readout_as_stored(graph.Readout(source.temperature, source.positive, gate), precision)
    of_tensorflow = reference.outputs(stored, readout, validation)
    if "heatmap" not in of_tensorflow:
        print(f"no heat map: {head_of(network).missing}", flush=True)
    limit = ood.limit_of(of_tensorflow["ood_score"], gate_maps(network).words)
    print(f"out-of-distribution gate: {limit.method}", flush=True)

    print("fitting the checks before the network to the training films", flush=True)
    checks = film_checks.fit_checks(source, films)

    with atomic_folder(out / name, manifest=METADATA, inputs=inputs) as folder:
        convert(graph.build(stored, readout, validation.shape[1:]), folder, STORED_AS[precision])
        pictures, of_pictures = write_parity(
            folder,
            source.run.config.model.image_converter,
            lambda films: reference.outputs(stored, readout, films),
            source.decide,
        )
        if source.predictions is not None:
            write_predictions(folder, source.predictions, source.run.class_names)
        write_metadata(folder, name, source, precision, limit, None, checks)

        print("running the bundle in TensorFlow.js", flush=True)
        in_node = run_in_node(folder, np.concatenate([pictures, validation]))
        for output in ("logit", "ood_score"):
            expected = np.concatenate([of_pictures[output], of_tensorflow[output]])
            check_agreement(f"{output} by TensorFlow.js and by TensorFlow", in_node[output], expected)

        change = compare(of_keras, in_node["logit"][len(pictures) :], source)
        print(f"{precision} weights against Keras, on validation: {change}")
        turned_share = film_checks.fit_turned_share(films, folder)
        checks |= {} if turned_share is None else {"turned_share": turned_share}
        write_metadata(folder, name, source, precision, limit, change, checks)
        read_bundle(folder)
    return read_bundle(out / name)


def main(arguments: list[str] | None = None) -> None:
    """Parses the command line: a verb of `VERBS`, or the run to export."""
    given = sys.argv[1:] if arguments is None else arguments
    verb = given[0] if given and given[0] in VERBS else None
    parser, run_verb = VERBS[verb]
    run_verb(parser().parse_args(given[1:] if verb else given))


def export_parser() -> argparse.ArgumentParser:
    """The options of `python -m export RUN`."""
    parser = argparse.ArgumentParser(
        prog="python -m export",
        parents=[_run_parser()],
        description="From a training run to a bundle for browsers.",
        epilog="Further: python -m export audit RUN, python -m export refusals RUN, python -m export report; each has its own --help.",
    )
    parser.add_argument(
        "--precision", choices=get_args(Precision), default="float16", help="of the weights (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=MODELS, help="where bundles go (default: export/models)")
    parser.add_argument("--name", help="name of the bundle and its folder (default: the run's)")
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
    return argparse.ArgumentParser(
        prog="python -m export refusals",
        parents=[_run_parser(), _pictures_parser()],
        description="Counts what a bundle's checks and OOD gate refuse, of films as they should be and of made-up mistakes.",
    )


def report_parser() -> argparse.ArgumentParser:
    """The options of `python -m export report`."""
    parser = argparse.ArgumentParser(
        prog="python -m export report",
        description="Writes the tables of README.md and docs/results.md, and docs/report.html.",
    )
    parser.add_argument(
        "--runs", type=Path, default=Path("training/runs"), help="where run folders are (default: %(default)s)"
    )
    parser.add_argument(
        "--into",
        type=Path,
        nargs="+",
        default=[Path("README.md"), Path("docs/results.md")],
        metavar="FILE",
        help="Markdown files with markers for a table (default: README.md docs/results.md)",
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
    shared.add_argument(
        "run", type=Path, metavar="RUN", help="the folder of an evaluated run, such as training/runs/NAME"
    )
    shared.add_argument("--prepared", type=Path, help="the prepared data set, if it is not where the run's config says")
    return shared


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


def _export(options: argparse.Namespace) -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # a minute of work, not worth waking a GPU up
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    bundle = export(
        options.run,
        options.out,
        name=options.name or options.run.resolve().name,
        precision=options.precision,
        prepared=options.prepared,
    )
    size = sum(entry["bytes"] for entry in bundle.metadata["files"])
    print(f"wrote {bundle.path}, {size / 1e6:.1f} MB\nnext: python -m build_site --bundle {bundle.path}")


def _audit(options: argparse.Namespace) -> None:
    from export.audit.audit import audit
    from export.audit.external_pictures import ExternalPictures

    external = ExternalPictures(options.native, tuple(options.external), options.not_chest)
    audit(options.run, prepared=options.prepared, models=options.models, external=external)


def _refusals(options: argparse.Namespace) -> None:
    from export.audit.external_pictures import ExternalPictures
    from export.audit.refusals import refusals

    external = ExternalPictures(options.native, tuple(options.external), options.not_chest)
    refusals(options.run, prepared=options.prepared, models=options.models, external=external)


def _report(options: argparse.Namespace) -> None:
    from export.report.write import write_report

    write_report(options.runs, options.into, options.html, with_films=options.with_films)


VERBS = {
    None: (export_parser, _export),
    "audit": (audit_parser, _audit),
    "refusals": (refusals_parser, _refusals),
    "report": (report_parser, _report),
}

if __name__ == "__main__":
    run_main(main)
