"""A TensorFlow function → one graph without variables, calls or resources, and the names of what goes in and comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from export.graph_model.chance import draws, refuse_chance
from export.graph_model.errors import ConversionError


@dataclass(frozen=True)
class Frozen:
    """A graph whose variables have become constants.

    Attributes:
        graph_def: The graph.
        inputs: Name that callers use → the tensor that it feeds.
        outputs: Name that callers use → the tensor that it is.
    """

    graph_def: Any
    inputs: dict[str, Any]
    outputs: dict[str, Any]

    @property
    def input_nodes(self) -> list[str]:
        """Names of the nodes that a caller's tensors come in by."""
        return [tensor.op.name for tensor in self.inputs.values()]

    @property
    def output_nodes(self) -> list[str]:
        """Names of the nodes that must stay, whatever is done to the graph."""
        return [tensor.op.name for tensor in self.outputs.values()]


def freeze(function: Any) -> Frozen:
    """Freezes a concrete function: of a `tf.function`, or a signature of a SavedModel.

    Args:
        function: What `get_concrete_function()` or `tf.saved_model.load(FOLDER).signatures[NAME]` gave.

    Raises:
        ConversionError: Its outputs are not a dict of tensors, or it needs a table or another resource while it runs.
    """
    named = function.structured_outputs
    if not isinstance(named, dict) or any(isinstance(output, dict | list | tuple) for output in named.values()):
        raise ConversionError(
            "the outputs of the graph have no names", received=str(named), expected="a dict of tensors"
        )
    graph = with_constants(function).graph
    given = [tensor for tensor in function.inputs if tensor.dtype != tf.resource]
    specs = tf.nest.flatten(function.structured_input_signature)
    graph_def = graph.as_graph_def()
    check_resources(graph_def)
    return Frozen(
        graph_def,
        {spec.name or tensor.op.name: tensor for spec, tensor in zip(specs, given, strict=False)},
        # TensorFlow flattens a dict in the order of its sorted keys.
        dict(zip(sorted(named), function.outputs, strict=True)),
    )


def with_constants(function: Any) -> Any:
    """The concrete function with constants in the place of its variables, and its functions inlined.

    Raises:
        ConversionError: It assigns variables, or draws random numbers from a generator.
    """
    try:
        return convert_variables_to_constants_v2(function, lower_control_flow=True, aggressive_inlining=True)
    except Exception:  # whatever TensorFlow raises then
        graph_def = function.graph.as_graph_def()
        nodes = [*graph_def.node, *(node for each in graph_def.library.function for node in each.node_def)]
        refuse_chance([node for node in nodes if node.op.startswith("Assign") or draws(node)])
        raise


def check_resources(graph_def: Any) -> None:
    """Asks that a graph holds all that it needs.

    Raises:
        ConversionError: It needs a table or another resource while it runs.
    """
    resource = tf.resource.as_datatype_enum
    left = [node.name for node in graph_def.node if node.op == "Placeholder" and node.attr["dtype"].type == resource]
    if left:
        raise ConversionError(
            "the graph needs a lookup table or another resource, which a page cannot have",
            received=", ".join(left),
            expected="a network of pictures and numbers alone",
            next_step="save the model without the part that turns labels or files into numbers",
        )
