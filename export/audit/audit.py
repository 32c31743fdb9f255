"""`python -m export audit RUN`: which cues a finished network uses, where its heat map points, and which pictures its OOD gate keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from export.audit.bundle import audit_bundle
from export.audit.deletion import deletion_test, draw_deletion
from export.audit.external_pictures import NOTHING, ExternalPictures
from export.audit.hospitals import hospital_probe
from export.audit.shortcuts import Control, shape_and_size_alone, shortcut_controls
from plainfilm.errors import PlainfilmError
from plainfilm.json_files import write_json
from plainfilm.tensorflow import import_tensorflow
from training.evaluation.metrics import auroc_of
from training.evaluation.predictions import log_odds
from training.films.arrays import Doubles, Floats
from training.films.prepared import in_threads, load_files, native_pairs

if TYPE_CHECKING:
    from export.source import Source

Reader = Callable[[Floats], tuple[Doubles, Floats]]

# A larger change of the AUROC without a cue means that the network uses it, or that a film without it is unlike those of train.
LARGEST_CHANGE = 0.01
# Films of train, for the ratio and the light that the controls give to every film.
TRAIN_FILMS = 500
# Films of validation, for the deletion test.
POSITIVE_FILMS, OTHER_FILMS = 120, 60


def audit(
    folder: Path,
    *,
    prepared: Path | None = None,
    models: Path = Path("export/models"),
    external: ExternalPictures = NOTHING,
) -> dict[str, Any]:
    """Writes `audit.json` and `figures/deletion.svg` into the run. Nothing is chosen by them.

    Reads with the folded network in float32, the graph that ships. The OOD gate and the time are those of the bundle
    `models/NAME`; without that bundle they are left out.

    Args:
        folder: An evaluated run.
        prepared: Its films, if they are no longer where its config says.
        models: The folder of bundles.
        external: Its native files are compared with their copies; all of it is for the OOD gate.

    Raises:
        PlainfilmError: The run is not evaluated, films are missing, or the bundle is another network's; or the network has no heat map.
    """
    from export.source import read_source

    source = read_source(folder, prepared)
    import_tensorflow()
    read = reader(source)
    table = source.data.table

    print("reading films with one cue removed each", flush=True)
    shortcuts, val = shortcut_rows(source, read)
    result: dict[str, Any] = {
        "schema_version": 1,
        "name": source.run.config.name,
        "largest_change": LARGEST_CHANGE,
        "shape_and_size_alone": shape_and_size_alone(table, source.run.config.data.positive_class),
        "shortcuts": shortcuts,
        "deletion": deletion_rows(source, read, val, folder / "figures" / "deletion.svg"),
    }
    if found := hospital_probe(source):
        result["hospital_probe"] = found
    if external.native:
        result["native"] = native_against_copy(source, read, external.native)
    bundle = models / source.run.config.name
    if bundle.is_dir():
        print("running the bundle in TensorFlow.js", flush=True)
        result |= audit_bundle(source, bundle, val, external)
    else:
        print(f"no OOD gate and no latency: {bundle} is not there   (python -m export {folder})")

    write_json(folder / "audit.json", result)
    print_summary(result)
    print(f"\nwrote audit.json and figures/deletion.svg in {folder}\nnext: python -m export report")
    return result


def reader(source: Source) -> Reader:
    """Reads films `[n, height, width, channels]`: log-odds of the positive class before the temperature `[n]`, heat maps."""
    from export import graph, reference
    from export.network.fold import fold
    from export.network.heatmap import head_of

    network = fold(reference.load_model(source.run), source.positive)
    if missing := head_of(network).missing:
        raise PlainfilmError(
            f"the network of {source.run.folder} has no heat map to look at",
            received=missing,
            expected="a network whose logits follow from its feature maps by operations with a gradient rule",
            next_step="add the rule to export/network/heatmap.py",
        )
    readout = graph.Readout(temperature=1.0, positive=source.positive, gate=None)

    def read(films: Floats) -> tuple[Doubles, Floats]:
        outputs = reference.outputs(network, readout, films)
        return log_odds(outputs["logit"].astype(np.float64), source.positive), outputs["heatmap"]

    return read


def shortcut_rows(source: Source, read: Reader) -> tuple[list[dict[str, Any]], Doubles]:
    """The AUROC on val and test under every control with its change, and the log-odds of the unchanged val films."""
    table, positive_class = source.data.table, source.run.config.data.positive_class
    train = table[table["split"] == "train"]
    some = train["path"].iloc[:: max(len(train) // TRAIN_FILMS, 1)]
    light = np.array([(film.mean(), film.std()) for film in in_threads(source.data.decode, some)]).mean(axis=0)
    ratio = float((train["width"] / train["height"]).median())
    rows: list[dict[str, Any]] = []
    as_it_is: dict[str, Doubles] = {}
    for control in shortcut_controls(ratio, float(light[0]), float(light[1])):
        for split in ("val", "test"):
            films = table[table["split"] == split]
            if films["label"].nunique() < 2:
                continue
            files = [source.data.file_of(path) for path in films["path"]]
            logit, _ = read(load_files(files, source.run.config.model.image_converter, control.change))
            as_it_is.setdefault(split, logit)
            positive = (films["label"] == positive_class).to_numpy()
            auroc = auroc_of(positive, logit)
            change = auroc - auroc_of(positive, as_it_is[split])
            rows.append(_shortcut_row(control, split, auroc, change, len(films)))
    return rows, as_it_is["val"]


def _shortcut_row(control: Control, split: str, auroc: float, change: float, films: int) -> dict[str, Any]:
    words = {"control": control.name, "films": control.words, "split": split}
    return words | {"auroc": auroc, "change": change, "over_the_limit": abs(change) > LARGEST_CHANGE, "n": films}


def deletion_rows(source: Source, read: Reader, val: Doubles, figure: Path) -> list[dict[str, Any]]:
    """The deletion test on validation films that are read rightly: positive films and some of the others."""
    films = source.data.table[source.data.table["split"] == "val"]
    positive = (films["label"] == source.run.config.data.positive_class).to_numpy()
    read_positive = _read_positive(source, val)
    rows = np.concatenate(
        [
            _evenly(np.flatnonzero(positive & read_positive), POSITIVE_FILMS),
            _evenly(np.flatnonzero(~positive & ~read_positive), OTHER_FILMS),
        ]
    )
    print(f"hiding 20 % of each of {len(rows)} films", flush=True)
    loaded = source.data.load(films["path"].iloc[rows].tolist(), source.run.config.model.image_converter)
    _, heat = read(loaded)
    warm = heat.max(axis=(1, 2)) > 0  # without evidence for the positive class there is nothing to hide
    deletions = deletion_test(lambda changed: read(changed)[0], loaded[warm], heat[warm])
    draw_deletion(figure, deletions, positive[rows][warm])
    return [deletion.row() for deletion in deletions]


def native_against_copy(source: Source, read: Reader, native: Path) -> dict[str, Any]:
    """The difference between the readings of native files and of their small copies."""
    pairs = native_pairs(source.data, native)
    converter = source.run.config.model.image_converter
    of_native, _ = read(load_files([file for file, _ in pairs], converter))
    of_copy, _ = read(source.data.load([path for _, path in pairs], converter))
    difference = np.abs(of_native - of_copy)
    return {
        "n": len(pairs),
        "mean_absolute_logit_change": float(difference.mean()),
        "largest_logit_change": float(difference.max()),
        "decisions_that_differ": int((_read_positive(source, of_native) != _read_positive(source, of_copy)).sum()),
    }


def _read_positive(source: Source, logit: Doubles) -> npt.NDArray[np.bool_]:
    """Which films are read as positive, `[n]`, at the default operating point."""
    return np.asarray(logit / source.temperature >= np.log(source.threshold / (1 - source.threshold)))


def _evenly(rows: npt.NDArray[np.intp], at_most: int) -> npt.NDArray[np.intp]:
    return np.asarray(rows[np.linspace(0, len(rows) - 1, min(at_most, len(rows))).round().astype(int)])


def print_summary(result: dict[str, Any]) -> None:
    """The figures a reader looks for first."""
    for row in result["shape_and_size_alone"]:
        print(f"AUROC of {row['classifier']} alone, no picture, {row['split']}: {row['auroc']:.3f}")
    for row in result["shortcuts"]:
        over = f"   over {LARGEST_CHANGE}" if row["over_the_limit"] else ""
        print(f"AUROC {row['split']:4} {row['auroc']:.4f} ({row['change']:+.4f}) film {row['films']}{over}")
    if found := result.get("hospital_probe"):
        names = ", ".join(f"{hospital['name']} ({hospital['n']})" for hospital in found["hospitals"])
        print(
            f"hospital named by a linear probe in {found['balanced_accuracy']:.0%} of films without the positive class; "
            f"guessing gives {found['chance']:.0%}: {names}"
        )
    if native := result.get("native"):
        print(
            f"native against copy: mean |logit change| {native['mean_absolute_logit_change']:.3f}, "
            f"{native['decisions_that_differ']} of {native['n']} decisions differ"
        )
    for row in result["deletion"]:
        print(
            f"logit falls by {row['fall_hottest']:.2f} with the top 20 % hidden by {row['fill']}, by {row['fall_random']:.2f} "
            f"with a random 20 %; more in {row['share_hottest_falls_more']:.0%} of {row['n']} films"
        )
    for row in result.get("gate", {}).get("sets", []):
        print(f"OOD gate keeps {row['kept']:4} of {row['n']:4} {row['set']} {row['kind'] or ''}")
    if latency := result.get("latency"):
        print(f"one film in {latency['milliseconds']:.1f} ms ({latency['where']})")
