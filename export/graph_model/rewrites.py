"""What Grappler does not fold or fuse: batch normalisation, depthwise convolutions, PReLU."""

from __future__ import annotations

from typing import Any

import numpy as np

from export.graph_model.edit import Edit, constant_node, new_node, set_constant

BATCH_NORMS = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
SUMS = ("BiasAdd", "Add", "AddV2")
ACTIVATIONS = ("Relu", "Relu6", "Elu")
# TensorFlow knows the last of these under no name: it is TensorFlow.js's own.
FUSED = {
    "Conv2D": "_FusedConv2D",
    "MatMul": "_FusedMatMul",
    "DepthwiseConv2dNative": "FusedDepthwiseConv2dNative",
}


def fold_batch_norms(edit: Edit) -> None:
    """Convolution, perhaps bias, batch normalisation → convolution with other weights, bias."""
    for norm in edit.nodes(*BATCH_NORMS):
        convolution, bias = edit.input(norm, 0), np.float32(0)
        add = None
        if convolution.op in SUMS:
            add = convolution
            convolution, bias = _summands(edit, add)
        if convolution is None or convolution.op not in CONVOLUTIONS or norm.attr["is_training"].b:
            continue
        if edit.only_reader(convolution) is None or (add is not None and edit.only_reader(add) is None):
            continue
        kernel_node = edit.input(convolution, 1)
        kernel = edit.constant(kernel_node)
        gamma, beta, mean, variance = (edit.constant(edit.input(norm, place)) for place in (1, 2, 3, 4))
        if kernel is None or gamma is None or beta is None or mean is None or variance is None:
            continue

        # Products in float64, each rounded once to float32.
        scale = 1.0 / np.sqrt((variance + np.float32(norm.attr["epsilon"].f)).astype(np.float64)) * gamma
        offset = (-(mean - bias) * scale + beta).astype(np.float32)
        if convolution.op == "DepthwiseConv2dNative":  # [height, width, channels, multiplier]
            scale = scale.reshape(kernel.shape[2:])
        if edit.only_reader(kernel_node) is not None:
            edit.remove(kernel_node)
        if add is not None:
            edit.remove(add)
        new_kernel = constant_node(f"{convolution.name}_weights", (kernel * scale).astype(np.float32))
        new_bias = constant_node(f"{convolution.name}_bn_offset", offset)
        convolution.input[1] = new_kernel.name
        _become_bias(norm, convolution, new_bias)
        for node in (new_kernel, convolution, new_bias, norm):
            edit.append(node)


def _summands(edit: Edit, add: Any) -> tuple[Any, Any]:
    """The convolution and the constant vector that are added, in either order; None for both where it is something else."""
    for one, other in ((0, 1), (1, 0)):
        value = _vector(edit.constant(edit.input(add, other)))
        if value is not None and edit.input(add, one).op in CONVOLUTIONS:
            return edit.input(add, one), value
    return None, None


def _become_bias(node: Any, convolution: Any, bias: Any) -> None:
    node.op = "BiasAdd"
    node.input[:] = [convolution.name, bias.name]
    node.attr.clear()
    for name in ("T", "data_format"):
        node.attr[name].CopyFrom(convolution.attr[name])


def biases_of_sums(edit: Edit) -> None:
    """Names a sum what it is, where a constant vector is added to a convolution or a product: only a bias is fused."""
    for add in edit.nodes("Add", "AddV2"):
        product, vector = edit.input(add, 0), edit.input(add, 1)
        value = _vector(edit.constant(vector))
        if value is None or product.op not in (*CONVOLUTIONS, "MatMul") or edit.only_reader(product) is None:
            continue
        if edit.constant(vector).ndim > 1:
            if edit.only_reader(vector) is None:
                continue
            set_constant(vector, value)
        add.op = "BiasAdd"
        add.attr["data_format"].s = b"NHWC"


def _vector(value: Any) -> Any | None:
    """A constant's value as one number for each channel; None where it is something else."""
    return value.reshape(-1) if value is not None and value.ndim and value.size == value.shape[-1] > 1 else None


def fuse(edit: Edit, ops: dict[str, str]) -> None:
    """Convolution or product, perhaps bias, perhaps activation → one operation; `ops` says under which name."""
    for product in edit.nodes(*ops):
        fused, bias = [b"NoOp"], edit.only_reader(product)
        if bias is not None and bias.op == "BiasAdd":
            fused = [b"BiasAdd"]
            product.input.append(bias.input[1])
            edit.merge(bias, product)
        activation = edit.only_reader(product)
        if activation is not None and activation.op in ACTIVATIONS:
            fused.append(activation.op.encode())
            edit.merge(activation, product)
        if fused != [b"NoOp"]:
            product.op = ops[product.op]
            product.attr["fused_ops"].list.s.extend(fused)
            product.attr["num_args"].i = len(product.input) - 2


def fits_tensorflow_js(edit: Edit) -> bool:
    """Whether all that Grappler fused is something that TensorFlow.js has: it has fewer activations."""
    known = {f"{name}".encode() for name in ("BiasAdd", "NoOp", *ACTIVATIONS, "LeakyRelu", "Sigmoid", "Prelu")}
    return not edit.any(
        lambda node: (
            node.op.startswith("_")
            and (node.op not in FUSED.values() or not known.issuperset(node.attr["fused_ops"].list.s))
        )
    )


def recognise_prelu(edit: Edit) -> None:
    """`Relu(x) + -a · Relu(-x)`, as Keras writes it → `Prelu(x, a)`, which only TensorFlow.js has."""
    for add in edit.nodes("Add", "AddV2"):
        relu, product = edit.input(add, 0), edit.input(add, 1)
        if relu.op != "Relu" or product.op != "Mul":
            continue
        factors = [edit.input(product, place) for place in (0, 1)]
        slope = next((node for node in factors if node.op == "Const"), None)
        other = next((node for node in factors if node.op == "Relu"), None)
        negative = None if other is None else edit.input(other, 0)
        if slope is None or other is None or negative is None or negative.op != "Neg":
            continue
        inner = (relu, product, slope, other, negative)
        if negative.input[0] != relu.input[0] or any(edit.only_reader(node) is None for node in inner):
            continue
        set_constant(slope, -edit.constant(slope))
        relu.op = "Prelu"
        relu.input.append(slope.name)
        del relu.attr["T"]
        edit.merge(add, relu)
        for node in (product, other, negative):
            edit.remove(node)


def fuse_prelu(edit: Edit) -> None:
    """Convolution or product with bias, then PReLU → one operation."""
    for prelu in edit.nodes("Prelu"):
        product = edit.input(prelu, 0)
        if (
            product.op in FUSED.values()
            and len(product.attr["fused_ops"].list.s) == 1
            and edit.only_reader(product) is not None
        ):
            product.input.append(prelu.input[1])
            product.attr["fused_ops"].list.s.append(b"Prelu")
            product.attr["num_args"].i += 1
            edit.merge(prelu, product)


def spell_out_erfc(edit: Edit) -> None:
    """`Erfc(x)`, which TensorFlow.js lacks → `1 - Erf(x)`; Keras's exact GELU has it."""
    for node in edit.nodes("Erfc"):
        one, erf = constant_node(f"{node.name}/one", np.float32(1)), new_node(f"{node.name}/erf", "Erf", node.input[0])
        erf.attr["T"].CopyFrom(node.attr["T"])
        node.op = "Sub"
        node.input[0] = one.name
        node.input.insert(1, erf.name)
        edit.append(one)
        edit.append(erf)
