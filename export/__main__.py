"""`python -m export RUN`, or `--from MODEL`: a network becomes a bundle that the page can load, checked against TensorFlow."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from functools import partial
from pathlib import Path

from export.foreign.command import check_options, export_options
from export.parsers import audit_parser, export_parser, lateral_parser, litert_parser, refusals_parser, report_parser
from plainfilm.atomic import check_output
from plainfilm.bundle import LITERT, METADATA, Bundle, Precision, check_name, read_bundle
from plainfilm.errors import PlainfilmError, run_main


def export(run: Path, out: Path, *, name: str, precision: Precision, prepared: Path | None) -> Bundle:
    """Exports a run to the bundle `out / name` and returns it as read back.

    Raises:
        PlainfilmError: The run cannot be exported, or the bundle does not give what Keras gives; nothing is written.
    """
    from export import lateral
    from export.source import read_source
    from training.evaluation.doubts import warn_of_doubts

    check_name(name)
    source = read_source(run, prepared)
    of_laterals = lateral.read(source.run)
    warn_of_doubts(source.evaluation)
    inputs = (run, source.data.folder, *source.data.places)
    check_output(out / name, manifest=METADATA, inputs=inputs)

    # TensorFlow takes seconds to import: only now, when all that can be wrong with the words has been checked.
    import numpy as np

    from export import film_checks, graph, reference
    from export.bundle import Draft, Refusals, Sample, fit_gate, write_bundle
    from export.network.fold import fold
    from export.network.heatmap import head_of
    from export.quantise import as_stored
    from export.verify import check_agreement

    print(f"{name}: reading the run's network and validation films", flush=True)
    model, subject = reference.load_model(source.run), source.subject
    validation = np.concatenate(list(source.batches("val")))
    of_keras = reference.keras_logits(model, validation)

    network = fold(model, subject.positive)
    plain = graph.Readout(temperature=1.0, positive=subject.positive, gate=None)
    folded = reference.outputs(network, plain, validation)
    check_agreement("logits of the folded network and of Keras", folded["logit"], of_keras)
    if missing := "no class is looked for" if subject.sought is None else head_of(network).missing:
        print(f"no heat map: {missing}", flush=True)

    print("fitting the out-of-distribution gate to the training films", flush=True)
    films = source.training_films()
    stored = as_stored(network, precision, films.plain)
    radiographs = source.run.config.data.radiographs
    words = () if radiographs else ("training pictures", "validation pictures")
    hospitals = source.hospitals("val")
    laterals = of_laterals.readout if of_laterals else None
    readout, limit, expected = fit_gate(
        stored, subject, precision, films, validation, *words, hospitals=hospitals, laterals=laterals
    )
    print(f"out-of-distribution gate: {limit.method}", flush=True)
    if of_laterals is None:
        print(f"no check for films from the side: {run} has no {lateral.FILE} (python -m export lateral)", flush=True)

    print("fitting the checks before the network to the training films", flush=True)
    table = source.data.table
    smallest = int(table.loc[table["split"] == "train", ["width", "height"]].to_numpy().min())
    fitted = film_checks.fit_checks(subject.image_converter, smallest, films, radiographs=radiographs)

    draft = Draft(
        subject,
        precision,
        partial(graph.outputs, stored, readout),
        Sample("val", validation, of_keras),
        expected,
        Refusals(limit, fitted, films, of_laterals.limit if of_laterals else None),
        None if subject.sought is None else source.predictions,
    )
    return write_bundle(out / name, draft, inputs)


def main(arguments: list[str] | None = None) -> None:
    """Parses the command line: a verb of `VERBS`, or the run to export."""
    given = sys.argv[1:] if arguments is None else arguments
    verb = given[0] if given and given[0] in VERBS else None
    parser, run_verb = VERBS[verb]
    run_verb(parser().parse_args(given[1:] if verb else _joined(given)))


def _joined(given: list[str]) -> list[str]:
    """`--input -1..1` as one word, or argparse takes the range for an option."""
    joined: list[str] = []
    for word in given:
        if joined and joined[-1] == "--input":
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _export(options: argparse.Namespace) -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # a minute of work, not worth waking a GPU up
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    check_options(options)
    bundle = export_options(options) if options.model is not None else _export_run(options)
    size = sum(entry["bytes"] for entry in bundle.metadata["files"])
    print(
        f"wrote {bundle.path}, {size / 1e6:.1f} MB\nnext: python -m build_site --bundle {shlex.quote(str(bundle.path))}"
    )


def _export_run(options: argparse.Namespace) -> Bundle:
    run: Path = options.run
    if run.exists() and not (run / "config.toml").exists():
        raise PlainfilmError(
            f"{run} is not a run",
            received="a file" if run.is_file() else "no config.toml in it",
            expected="a folder written by python -m training fit",
            next_step=f"python -m export --from {shlex.quote(str(run))}   (if it is a model that was trained elsewhere)",
        )
    return export(
        run,
        options.out,
        name=options.name or run.resolve().name,
        precision=options.precision or "mixed",
        prepared=options.prepared,
    )


def _audit(options: argparse.Namespace) -> None:
    from export.audit.audit import audit
    from export.audit.external_pictures import ExternalPictures

    external = ExternalPictures(options.native, tuple(options.external), options.not_chest)
    audit(options.run, prepared=options.prepared, models=options.models, external=external)


def _refusals(options: argparse.Namespace) -> None:
    from export.audit.external_pictures import ExternalPictures
    from export.audit.refusals import refusals

    external = ExternalPictures(options.native, tuple(options.external), options.not_chest, options.laterals)
    refusals(options.run, prepared=options.prepared, models=options.models, external=external)


def _lateral(options: argparse.Namespace) -> None:
    from export.fit_lateral import fit_lateral

    fit_lateral(options.run, options.laterals, options.frontals, prepared=options.prepared)
    print(f"next: python -m export {shlex.quote(str(options.run))}")


def _litert(options: argparse.Namespace) -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    out: Path = options.out or options.bundle
    check_name(out.resolve().name)
    read_bundle(options.bundle)  # before TensorFlow, which takes seconds

    from export.litert import add_litert

    bundle = add_litert(options.bundle, out)
    (size,) = (entry["bytes"] for entry in bundle.metadata["files"] if entry["path"] == LITERT)
    print(f"wrote {bundle.path / LITERT}, {size / 1e6:.1f} MB\nnext: litert = true under [features] of site.toml")


def _report(options: argparse.Namespace) -> None:
    from export.report.write import write_report

    write_report(options.runs, options.into, options.html, with_films=options.with_films)


VERBS = {
    None: (export_parser, _export),
    "audit": (audit_parser, _audit),
    "refusals": (refusals_parser, _refusals),
    "lateral": (lateral_parser, _lateral),
    "litert": (litert_parser, _litert),
    "report": (report_parser, _report),
}

if __name__ == "__main__":
    run_main(main)
