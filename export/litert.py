"""A bundle's network as LiteRT's file as well, for the page's second engine: `python -m export litert BUNDLE`.

    model.json + shards ─weights as stored─▶ graph ─unfused─▶ converter ─▶ network.tflite ─held against the parity set─▶ bundle

The bundle is all that is needed, so whoever trained the network: the file computes from the very weights that the page has.
"""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf.json_format import ParseDict, ParseError
from tensorflow.python.framework import op_def_registry

from export.graph_model.quantisation import restore
from export.verify import VerificationError
from plainfilm.atomic import atomic_folder, check_output, file_entry
from plainfilm.bundle import LITERT, METADATA, Bundle, read_bundle
from plainfilm.errors import PlainfilmError
from plainfilm.json_files import write_json
from training.films.arrays import Floats

# What reading a film takes; the heat map stays the first engine's.
READ = ("lateral_score", "logit", "ood_score", "probability")
# TensorFlow.js's fused operations, by those that they were made of.
FUSED = {
    "_FusedConv2D": "Conv2D",
    "FusedConv2D": "Conv2D",
    "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedMatMul": "MatMul",
    "FusedMatMul": "MatMul",
}
# What may follow in a fused operation, by how many inputs it takes beside the value.
AFTER = {"BiasAdd": 1, "Relu": 0, "Relu6": 0, "Elu": 0, "LeakyRelu": 0, "Sigmoid": 0, "Tanh": 0}


def add_litert(source: Path, out: Path) -> Bundle:
    """Writes the bundle `source` with LiteRT's file to `out`, which may be the same folder, and returns it as read back.

    Raises:
        PlainfilmError: The network cannot be converted, or LiteRT computes something else; nothing is written.
    """
    bundle = read_bundle(source)
    check_output(out, manifest=METADATA, inputs=() if out.resolve() == source.resolve() else (source,))
    network = converted(bundle)
    check_against_parity(bundle, network)
    others = [entry for entry in bundle.metadata["files"] if entry["path"] != LITERT]
    files = sorted([*others, file_entry(LITERT, network)], key=lambda entry: str(entry["path"]))
    with atomic_folder(out, manifest=METADATA, inputs=()) as folder:
        for entry in others:
            (folder / entry["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / entry["path"], folder / entry["path"])
        (folder / LITERT).write_bytes(network)
        write_json(folder / METADATA, bundle.metadata | {"name": out.resolve().name, "files": files})
        read_bundle(folder)
    return read_bundle(out)


def converted(bundle: Bundle) -> bytes:
    """The network as LiteRT's file: one film, and the outputs that reading takes, from the weights as they are stored.

    Raises:
        PlainfilmError: It has an operation that LiteRT lacks.
    """
    signature = bundle.model["signature"]
    named = {name: signature["outputs"][name]["name"] for name in READ if name in signature["outputs"]}
    converter = bundle.metadata["image_converter"]
    shape = [1, *(converter[side] for side in ("height", "width", "channels"))]

    def serve(image: Any) -> dict[str, Any]:
        given = {signature["inputs"]["image"]["name"]: image}
        return dict(zip(named, tf.import_graph_def(graph, given, list(named.values()), name=""), strict=True))

    try:
        graph = graph_of(bundle)
        module = tf.Module()  # what it holds has a signature: outputs by their names
        module.serve = tf.function(serve, [tf.TensorSpec(shape, tf.float32, name="image")], autograph=False)
        with _quiet(), tempfile.TemporaryDirectory() as saved:
            tf.saved_model.save(module, saved, module.serve.get_concrete_function())
            network: bytes = tf.lite.TFLiteConverter.from_saved_model(saved).convert()
    except (
        ValueError,
        TypeError,
        RuntimeError,
        tf.errors.OpError,
        ParseError,
    ) as error:  # whatever the converter raises
        said = [line for line in str(error).splitlines() if line.strip()]
        raise PlainfilmError(
            f"{bundle.path} has a network that LiteRT cannot run",
            received=(said or ["no word"])[0][:300],
            expected="layers that LiteRT has",
            next_step="leave litert out of the site's [features]: TensorFlow.js reads it",
        ) from None
    return network


def graph_of(bundle: Bundle) -> Any:
    """The bundle's graph with its weights in it, without fused operations."""
    topology = bundle.model["modelTopology"]
    graph, values = tf.compat.v1.GraphDef(), dict(weights_of(bundle))
    for node in topology["node"]:
        for one in _unfused(node) if node["op"] in FUSED else [node]:
            made = ParseDict({**one, "device": "", "attr": _known(one)}, graph.node.add(), ignore_unknown_fields=True)
            if one["name"] in values:
                kind = tf.dtypes.as_dtype(made.attr["dtype"].type)
                made.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values[one["name"]], kind))
    if "library" in topology:
        ParseDict(topology["library"], graph.library)
    return graph


def _known(node: Mapping[str, Any]) -> dict[str, Any]:
    """What its operation may be told: graphs of elsewhere, and those for TensorFlow.js alone, say more."""
    operation = op_def_registry.get(node["op"])
    known = None if operation is None else {each.name for each in operation.attr}
    return {name: value for name, value in node.get("attr", {}).items() if known is None or name in known}


def weights_of(bundle: Bundle) -> Iterator[tuple[str, Any]]:
    """Each weight by its name, with the values that TensorFlow.js makes of what is stored."""
    for group in bundle.model["weightsManifest"]:
        data, at = b"".join((bundle.path / path).read_bytes() for path in group["paths"]), 0
        for weight in group["weights"]:
            about = weight.get("quantization") or {}
            stored_as = np.dtype(about.get("dtype", weight["dtype"])).newbyteorder("<")
            count = int(np.prod(weight["shape"], dtype=np.int64))
            stored = np.frombuffer(data, stored_as, count, at).reshape(weight["shape"])
            at += stored.nbytes
            yield weight["name"], restore(stored, about) if about else stored


def check_against_parity(bundle: Bundle, network: bytes) -> None:
    """Runs the file on Python's own pixels, and prints how near it comes.

    Raises:
        VerificationError: It does not give Python's numbers.
    """
    with _quiet():
        interpreter = tf.lite.Interpreter(model_content=network)
        run = interpreter.get_signature_runner()
    tolerance, worst = bundle.parity["tolerance"], 0.0
    for case in bundle.parity["cases"]:
        found = run(image=film_of(bundle, case))
        for output in ("logit", "probability"):
            off = float(np.abs(found[output][0] - np.asarray(case[output])).max())
            if not off <= tolerance[output]:
                raise VerificationError(
                    f"LiteRT computes something else than TensorFlow of {case['file']}; nothing was written",
                    received=found[output][0].tolist(),
                    expected=f"{case[output]}, give or take {tolerance[output]}",
                    next_step="report this mistake of the export, with the bundle",
                )
            worst = max(worst, off if output == "probability" else 0.0)
    print(
        f"probability by LiteRT and by TensorFlow: within {worst:.1e} on {len(bundle.parity['cases'])} pictures",
        flush=True,
    )


def film_of(bundle: Bundle, case: Mapping[str, Any]) -> Floats:
    """A parity case's pixels as the graph takes them: `[1, height, width, channels]`, scaled."""
    converter = bundle.metadata["image_converter"]
    stored = np.frombuffer((bundle.path / case["pixels"]).read_bytes(), "<u2").astype(np.float32) / np.float32(256)
    film = stored.reshape(1, converter["height"], converter["width"], -1)
    whole = np.broadcast_to(film, (*film.shape[:3], converter["channels"]))
    scaled: Floats = (whole * np.float32(converter["scale"]) + np.float32(converter["offset"])).astype(np.float32)
    return scaled


def _unfused(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The operations that one was fused of; the last has its name."""
    attributes, inputs = node["attr"], list(node["input"])
    after = [base64.b64decode(each).decode() for each in attributes.get("fused_ops", {}).get("list", {}).get("s", [])]
    if unknown := [each for each in after if each not in AFTER]:
        raise PlainfilmError(
            "the network cannot be converted for LiteRT",
            received=f"{', '.join(unknown)} in {node['name']}",
            expected=f"one of {', '.join(AFTER)}",
        )
    kept = {**attributes, "alpha": attributes["leakyrelu_alpha"]} if "leakyrelu_alpha" in attributes else attributes
    names = [*(f"{node['name']}/{number}" for number in range(len(after))), node["name"]]
    made = [{"name": names[0], "op": FUSED[node["op"]], "input": inputs[:2], "attr": kept}]
    rest = inputs[2:]
    for name, op in zip(names[1:], after, strict=True):
        taken, rest = rest[: AFTER[op]], rest[AFTER[op] :]
        made.append({"name": name, "op": op, "input": [names[len(made) - 1], *taken], "attr": kept})
    return made


@contextmanager
def _quiet() -> Iterator[None]:
    """The converter writes past Python's own streams, pages of it; its interpreter warns that it will move."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as nowhere, warnings.catch_warnings(action="ignore", category=UserWarning):
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
