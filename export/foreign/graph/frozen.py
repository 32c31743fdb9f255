"""A network as one TensorFlow graph without variables: what every kind of model is brought to, and how it is computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import tensorflow as tf

from export.foreign.model import ForeignError
from export.graph_model.chance import check_chance
from export.graph_model.edit import node_of
from export.graph_model.freeze import check_resources, with_constants

# Operations that read or write files, reach another machine, or run Python: no network needs them.
FORBIDDEN = re.compile(
    r"PyFunc|Reader|MatchingFiles|^(Read|Write)File$|^(Save|Restore)|^(DTensorRestore|DistributedSave|MergeV2Checkpoints|Sharded)"
    r"|^(ImmutableConst|GenerateVocabRemapping|LoadAndRemapMatrix|InitializeTableFromTextFile|FileSystemSetConfiguration)"
    r"|^((TextLine|TFRecord|FixedLengthRecord|(Experimental)?(Sql|LMDB)|Load|Cache)Dataset|SnapshotDataset|ListSnapshotChunks)"
    r"|Summary\w*Writer$|^Write\w*Summary$|^Debug(Identity|NumericSummary|NanCount)|^Rpc|^RemoteCall$|^XlaLaunch|CalibrationStatisticsSaver"
)


@dataclass(frozen=True)
class Frozen:
    """A graph with one picture in and one result out.

    Attributes:
        graph_def: The graph; all weights are constants.
        image: Name of its input's node.
        result: Name of its output, such as `scores:0`.
        file: Where it comes from, for messages.
    """

    graph_def: Any
    image: str
    result: str
    file: Path

    @cached_property
    def graph(self) -> Any:
        """The graph with the shapes that TensorFlow infers, to be looked at.

        Raises:
            ForeignError: TensorFlow cannot import it.
        """
        graph = tf.Graph()
        with graph.as_default():
            try:
                tf.graph_util.import_graph_def(self.graph_def, name="")
            except Exception as error:  # TensorFlow raises ValueError, InvalidArgumentError, NotFoundError …
                raise ForeignError(
                    f"TensorFlow cannot read the network of {self.file}",
                    received=f"{type(error).__name__}: {shorten(str(error), 400)}",
                    next_step="export the model again from where it was trained",
                ) from None
        return graph

    @property
    def image_tensor(self) -> Any:
        """The input in `graph`."""
        return self.graph.get_tensor_by_name(f"{self.image}:0")

    @property
    def result_tensor(self) -> Any:
        """The output in `graph`."""
        return self.graph.get_tensor_by_name(self.result)

    def function(self, tensor: str) -> Callable[[Any], Any]:
        """Pictures as the network wants them → the tensor of this name; can be traced into another graph."""
        pruned = _needed(self.graph_def, node_of(tensor))

        def compute(image: Any) -> Any:
            if self.image not in {node.name for node in pruned.node}:
                raise ForeignError(f"{tensor} of {self.file} does not depend on the picture")
            (value,) = tf.graph_util.import_graph_def(
                pruned, input_map={f"{self.image}:0": image}, return_elements=[tensor], name="foreign"
            )
            return value

        return compute

    def evaluate(self, tensor: str, images: Any) -> Any:
        """The values of a tensor for pictures as the network wants them.

        Raises:
            ForeignError: TensorFlow cannot compute it; the node is named.
        """
        given = tf.constant(images, self.image_tensor.dtype)
        try:
            compute = tf.compat.v1.wrap_function(self.function(tensor), [tf.TensorSpec(given.shape, given.dtype)])
            return np.asarray(compute(given))
        except ForeignError:
            raise
        except Exception as error:  # TensorFlow raises whatever its kernels raise
            raise ForeignError(
                f"the network of {self.file} cannot be computed",
                received=f"{type(error).__name__}: {shorten(str(error), 400)}",
                expected="operations that TensorFlow has for a processor",
                next_step="export the model again from where it was trained, for inference alone",
            ) from None


def freeze(function: Any, file: Path) -> Frozen:
    """A concrete function of one picture and one result, its variables made constants and its functions inlined."""
    frozen = with_constants(function)
    graph_def = frozen.graph.as_graph_def()
    check_operations(graph_def, frozen.outputs[0].name, file)
    check_resources(graph_def)
    return Frozen(graph_def, frozen.inputs[0].op.name, frozen.outputs[0].name, file)


def touches(node: Any) -> bool:
    """Whether a node touches files or other machines, or runs Python."""
    prints = node.op == "PrintV2" and node.attr["output_stream"].s.startswith(b"file")
    return prints or FORBIDDEN.search(node.op) is not None


def does_more(file: Path, node: Any) -> ForeignError:
    """What is said of a network with such a node."""
    return ForeignError(
        f"{file} does more than compute",
        received=f"operation {node.op}, node {node.name!r}",
        expected="a network that neither reads nor writes files, nor runs Python",
        next_step="export the model again from where it was trained, for inference alone",
    )


def check_operations(graph_def: Any, result: str, file: Path) -> None:
    """Refuses what no network needs, before anything is computed, folded or simplified.

    Raises:
        ForeignError: An operation touches files or runs Python, or TensorFlow does not have it; its node is named.
        ConversionError: The result hangs on random numbers.
    """
    from tensorflow.python.framework import op_def_registry

    names = {node.name for node in graph_def.node}
    for node in graph_def.node:
        missing = {node_of(name) for name in node.input} - names
        if missing:
            raise ForeignError(
                f"{file} lacks a part of its network",
                received=f"node {node.name!r} takes {', '.join(sorted(missing))}, which is not there",
                expected="a whole graph",
                next_step="download or export the model again",
            )
    functions = {each.signature.name for each in graph_def.library.function}
    nodes = [*graph_def.node, *(node for each in graph_def.library.function for node in each.node_def)]
    for node in nodes:
        if touches(node):
            raise does_more(file, node)
        if node.op not in functions and op_def_registry.get(node.op) is None:
            raise ForeignError(
                f"{file} has an operation that TensorFlow does not have",
                received=f"operation {node.op}, node {node.name!r}",
                expected="operations of TensorFlow itself",
                next_step="build the model without it, and export it again",
            )
    check_chance(graph_def, [node_of(result)])


def check_numbers(frozen: Frozen) -> None:
    """Refuses weights that are no numbers: TensorFlow and browsers make different things of them, often nothing that shows.

    Raises:
        ForeignError: A constant has such a value; its node is named.
    """
    for node in frozen.graph_def.node:
        if node.op != "Const" or not tf.dtypes.as_dtype(node.attr["dtype"].type).is_floating:
            continue
        values = tf.make_ndarray(node.attr["value"].tensor).astype(np.float32)
        wrong = np.isnan(values) if values.size == 1 else ~np.isfinite(values)  # one alone may be a bound of none
        if wrong.any():
            raise ForeignError(
                f"{frozen.file} has weights that are no numbers",
                received=f"{int(wrong.sum()):,} of the {values.size:,} values of {node.name!r} are NaN or infinite",
                expected="finite numbers",
                next_step="look whether the file is whole, or train the model again: learning went astray",
            )


def freed_of_batch(frozen: Frozen) -> Frozen:
    """The same graph for any number of pictures, where it was saved for one."""
    graph_def = type(frozen.graph_def)()
    graph_def.CopyFrom(frozen.graph_def)
    nodes = {node.name: node for node in graph_def.node}
    shape = nodes[frozen.image].attr["shape"].shape
    fixed = not shape.unknown_rank and len(shape.dim) == 4 and shape.dim[0].size == 1
    for node in graph_def.node:
        node.attr.pop("_output_shapes", None) if "_output_shapes" in node.attr else None
    for node in graph_def.node:
        _without_detour(node, nodes)
    if fixed:
        shape.dim[0].size = -1
        for node in graph_def.node:
            if node.op == "Reshape" and (target := _constant(nodes, node.input[1])) is not None:
                sides = tf.make_ndarray(target.attr["value"].tensor)
                if sides.size > 1 and sides[0] == 1 and (sides != -1).all():
                    sides = np.concatenate([[-1], sides[1:]]).astype(sides.dtype)
                    target.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(sides))
    return Frozen(graph_def, frozen.image, frozen.result, frozen.file)


def _needed(graph_def: Any, result: str) -> Any:
    """The nodes alone that one of them depends on."""
    nodes, waiting, kept = {node.name: node for node in graph_def.node}, [result], {result}
    while waiting:
        inputs = {node_of(name) for name in nodes[waiting.pop()].input}
        waiting += inputs - kept
        kept |= inputs
    needed = type(graph_def)(versions=graph_def.versions, library=graph_def.library)
    needed.node.extend(node for node in graph_def.node if node.name in kept)
    return needed


def _without_detour(node: Any, nodes: dict[str, Any]) -> None:
    """Makes a Squeeze an Identity that takes away an axis before the pictures which has just been added."""
    if node.op != "Squeeze" or list(node.attr["squeeze_dims"].list.i) != [0]:
        return
    before = nodes[node_of(node.input[0])]
    axis = _constant(nodes, before.input[1]) if before.op == "ExpandDims" else None
    if axis is not None and int(tf.make_ndarray(axis.attr["value"].tensor)) == 0:
        node.op, node.input[0] = "Identity", before.input[0]
        del node.attr["squeeze_dims"]


def _constant(nodes: dict[str, Any], name: str) -> Any:
    node = nodes[node_of(name)]
    while node.op == "Identity":
        node = nodes[node_of(node.input[0])]
    return node if node.op == "Const" else None
