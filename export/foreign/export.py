"""`python -m export --from MODEL`: a model that was trained elsewhere becomes a bundle, by the way of our own runs."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.foreign.model import ForeignModel, ForeignOptions
from export.foreign.positive import Positive, positive_of
from export.foreign.said import not_known, recognised
from plainfilm.atomic import check_output
from plainfilm.bundle import METADATA, Bundle, Precision, check_name
from plainfilm.errors import UsageError
from plainfilm.files import read_json
from plainfilm.metadata import Note

# What a note says of the command's options.
OPTIONS = re.compile(r" \((?:--\w+(?: \w+)?(?:, )?)+\)")

if TYPE_CHECKING:  # --help must not wait for NumPy and TensorFlow
    import pandas as pd

    from export.bundle import Refusals, Sample
    from export.foreign.measuring.measure import Measurement
    from export.foreign.measuring.pictures import LabelledPictures, MeasureOptions
    from export.graph import Outputs
    from export.subject import Subject
    from training.films.arrays import Floats
    from training.films.preprocessing import ImageConverter

# Names of files that say nothing of what is in them.
NAMELESS = ("model", "keras_model", "saved_model", "metadata", "weights", "tfjs", "web_model", "converted")
NOT_KNOWN = "not known, because the model was trained elsewhere and its files do not say on which pictures"
# Pictures that a bundle is tried on before it is written, besides those of its parity cases.
TRIED_ON = 64
# Drawn pictures to try it on where there are no labelled ones.
DRAWN = 10


@dataclass(frozen=True)
class ForeignExport:
    """What the user says beside where the model is.

    Attributes:
        options: How the model is opened.
        name: Of the bundle; None takes the model's.
        positive: The positive class; None leaves it to the names.
        precision: Of the weights; None takes half precision where every layer is known.
        title, trained_on: For people; None says what is known.
        measure: The labelled pictures to measure it on, if any.
    """

    options: ForeignOptions
    name: str | None = None
    positive: str | None = None
    precision: Precision | None = None
    title: str | None = None
    trained_on: str | None = None
    measure: MeasureOptions | None = None


def export_foreign(path: Path, out: Path, asked: ForeignExport) -> Bundle:
    """Exports a model to a bundle in `out` and returns it as read back.

    Raises:
        PlainfilmError: The model or the pictures cannot be read, or the bundle does not give what TensorFlow gives; nothing is
            written.
    """
    name = asked.name or name_of(path)
    check_name(name)
    inputs = [path, *([asked.measure.folder] if asked.measure else [])]
    check_output(out / name, manifest=METADATA, inputs=inputs)
    _check_not_of_a_run(out / name)

    # TensorFlow takes seconds to import: only now, when all that can be wrong with the words has been checked.
    from export.foreign.open import open_foreign
    from plainfilm.tensorflow import import_tensorflow

    import_tensorflow().config.experimental.enable_tensor_float_32_execution(False)
    model = open_foreign(path, asked.options)
    return export_model(model, out / name, asked, inputs)


def export_model(model: ForeignModel, target: Path, asked: ForeignExport, inputs: Sequence[Path]) -> Bundle:
    """Exports an opened model to the bundle `target`."""
    from export import reference
    from export.bundle import Draft, write_bundle
    from export.foreign.measuring.refusals import NO_LAYERS
    from export.network.fold import fold_network
    from export.network.heatmap import head_of

    model = model if model.network is None else replace(model, network=fold_network(model.network))
    class_names = list(model.class_names or ())
    positive = positive_of(class_names, asked.positive)
    precision = _precision(model, asked.precision)
    no_heat_map = head_of(model.network).missing if model.network else NO_LAYERS
    if len(class_names) > 2 and (asked.measure is None or not positive.is_told):
        no_heat_map = "no class is looked for"
    _say(recognised(model, class_names, positive, precision, no_heat_map))

    with tempfile.TemporaryDirectory() as restored:
        pictures = measurement = None
        if asked.measure is not None:
            pictures, measurement = _measured(model, target.name, positive, asked.measure, Path(restored))
        subject = _subject(model, target.name, positive.name, asked, measurement)
        sample = _sample(model, pictures)
        compute, refusals, no_gate = _computed(model, subject, precision, sample, pictures)
        predictions = _shown_predictions(subject, measurement)
        expected = reference.outputs_of(compute, sample.films)
        draft = Draft(subject, precision, compute, sample, expected, refusals, predictions)
        bundle = write_bundle(target, draft, inputs)
    _say(not_known(subject, trained_on=asked.trained_on, gate=refusals is not None, no_gate=no_gate))
    return bundle


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _precision(model: ForeignModel, asked: Precision | None) -> Precision:
    if model.network is None and asked not in (None, "float32"):
        raise UsageError(
            "the weights of this model can only be stored as they are",
            received=f"--precision {asked}",
            expected="--precision float32: which weights may lose digits is known only where every layer is",
        )
    return asked or ("float32" if model.network is None else "float16")


def _measured(
    model: ForeignModel, name: str, positive: Positive, options: MeasureOptions, restored: Path
) -> tuple[LabelledPictures, Measurement]:
    """Reads the labelled pictures, evaluates the model on them, and prints what came of it."""
    from export.foreign.measuring.measure import measure
    from export.foreign.measuring.pictures import read_pictures
    from training.evaluate import print_summary

    class_names = list(model.class_names or ())
    pictures = read_pictures(options, class_names, restored)
    table = pictures.data.table
    counts = table.groupby(["split", "label"]).size().unstack(fill_value=0).rename_axis(index=None, columns=None)
    print(
        f"measuring on {len(table)} pictures in {options.folder}, {pictures.how_split}\n{counts.to_string()}",
        flush=True,
    )
    measurement = measure(model, name, class_names, positive, pictures.data)
    print_summary(measurement.evaluation)
    for note in measurement.notes:
        print(f"note: {note}", file=sys.stderr, flush=True)
    return pictures, measurement


def _subject(
    model: ForeignModel, name: str, positive_class: str, asked: ForeignExport, measurement: Measurement | None
) -> Subject:
    from export.subject import Subject

    title = asked.title or name.replace("_", " ").replace("-", " ")
    kind = model.kind[0].upper() + model.kind[1:]
    return Subject(
        title=title[0].upper() + title[1:],
        description=f"{kind}, trained by somebody else and brought in as it was.",
        training_population=asked.trained_on or NOT_KNOWN,
        class_names=list(model.class_names or ()),
        positive_class=positive_class,
        image_converter=model.image_converter,
        evaluation=measurement.evaluation if measurement else {},
        data_sha256=None,
        notes=_notes(model, measurement),
    )


def _notes(model: ForeignModel, measurement: Measurement | None) -> tuple[Note, ...]:
    of_input: list[Note] = [{"about": "input", "text": _sentence(note)} for note in model.notes]
    of_measurement: list[Note] = [
        {"about": "measurement", "text": _sentence(note)} for note in (measurement.notes if measurement else ())
    ]
    return (*of_input, *of_measurement)


def _sentence(note: str) -> str:
    """A note for the card, whose readers have no options to set."""
    note = OPTIONS.sub("", note)
    return note[0].upper() + note[1:].rstrip(".") + "."


def _shown_predictions(subject: Subject, measurement: Measurement | None) -> pd.DataFrame | None:
    """What the page's threshold can be moved over: nothing where a reading of several classes follows no threshold."""
    if measurement is None or (subject.threshold is None and len(subject.class_names) > 2):
        return None
    return measurement.predictions


def _sample(model: ForeignModel, pictures: LabelledPictures | None) -> Sample:
    """Pictures to try the bundle on: labelled ones where there are any, or else noise of every coarseness."""
    import numpy as np

    from export import reference
    from export.bundle import Sample

    converter = model.image_converter
    if pictures is not None:
        table = pictures.data.table
        split = "test" if (table["split"] == "test").any() else "val"
        paths = table.loc[table["split"] == split, "path"].tolist()
        films = pictures.data.load(paths[:: max(len(paths) // TRIED_ON, 1)][:TRIED_ON], converter)
    else:
        split = "drawn"
        films = np.stack([_noise(converter, number) for number in range(DRAWN)])
    logits = reference.outputs_of(lambda batch: {"logit": model.logits(batch)}, films)["logit"]
    return Sample(split, films, logits)


def _noise(converter: ImageConverter, number: int) -> Floats:
    """Noise in 0-255, the coarser the higher its number."""
    shape = (converter.height, converter.width, converter.channels if converter.colour == "rgb" else 1)
    import numpy as np
    from scipy.ndimage import gaussian_filter

    values = np.random.default_rng(number).standard_normal(shape)
    coarse = gaussian_filter(values, (2.0 ** (number % 5) - 1, 2.0 ** (number % 5) - 1, 0))
    noise = np.clip(128 + 60 * coarse / (coarse.std() + 1e-9), 0, 255).astype(np.float32)
    return np.broadcast_to(noise, (converter.height, converter.width, converter.channels)).copy()


def _computed(
    model: ForeignModel, subject: Subject, precision: Precision, sample: Sample, pictures: LabelledPictures | None
) -> tuple[Outputs, Refusals | None, str]:
    """The bundle's outputs, what keeps pictures away from it, and otherwise why nothing does."""
    import tensorflow as tf

    from export import graph, reference
    from export.foreign.measuring.refusals import NO_LAYERS, fit_refusals
    from export.quantise import as_stored
    from export.verify import check_agreement

    if model.network is None:

        def of_logits(image: Any) -> dict[str, Any]:
            logit = model.logits(tf.convert_to_tensor(image))
            return {"logit": logit, "probability": tf.nn.softmax(logit / subject.temperature)}

        return of_logits, None, NO_LAYERS

    readout = graph.Readout(subject.temperature, subject.sought, gate=None)
    of_layers = reference.outputs(model.network, readout, sample.films)
    check_agreement("logits layer by layer and of the model as a whole", of_layers["logit"], sample.logits)
    stored = as_stored(model.network, precision)
    fitted = fit_refusals(stored, subject, precision, pictures)
    if isinstance(fitted, str):
        return partial(graph.outputs, stored, readout), None, fitted
    return partial(graph.outputs, stored, fitted[0]), fitted[1], ""


def name_of(path: Path) -> str:
    """A name for the bundle: the model's file or folder, or that around it where its own name says nothing."""
    path = path.resolve()
    names = [path.name if path.is_dir() else path.stem, path.parent.name]
    plain = [re.sub(r"[^a-z0-9_.-]+", "_", each.lower()).strip("_.-") for each in names]
    return next((each for each in plain if each and each not in NAMELESS), "model")


def _check_not_of_a_run(target: Path) -> None:
    """A bundle that was trained here is not to be lost to a model that happens to have its name."""
    there = target / METADATA  # check_output has found it whole
    if there.is_file() and read_json(there)["provenance"]["data_sha256"]:
        raise UsageError(
            f"{target} is the bundle of a run that was trained here, so it is left alone",
            received=f"the name {target.name}",
            expected="a name of its own for a model that was trained elsewhere",
            next_step="choose another with --name",
        )
