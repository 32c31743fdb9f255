"""What models want their pixels to be: from 0-255 to that, as TensorFlow and as steps; and whether a model does it itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from export.foreign.graph.frozen import Frozen
from export.foreign.model import ForeignError, Scaling
from export.network.steps import IMAGE, Network, Step
from training.networks.vgg16 import MEAN

# ImageNet's mean and spread of red, green and blue in 0-1, which PyTorch's models and Keras's DenseNet expect.
TORCH_MEAN, TORCH_SPREAD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


@dataclass(frozen=True)
class Affine:
    """scale · x + shift of pixels in 0-255, for each channel; with the channels reversed first, or not."""

    scale: Any
    shift: Any
    is_reversed: bool = False


AFFINE: dict[Scaling, Affine] = {
    "0..255": Affine(1.0, 0.0),
    "0..1": Affine(1 / 255, 0.0),
    "-1..1": Affine(1 / 127.5, -1.0),
    "caffe": Affine(1.0, -np.array(MEAN), is_reversed=True),
    "torch": Affine(1 / (255 * TORCH_SPREAD), -TORCH_MEAN / TORCH_SPREAD),
}

# For messages: who wants what.
MEANING = {
    "0..255": "as they are, for models that scale them themselves (EfficientNet, ConvNeXt, a Rescaling layer)",
    "0..1": "divided by 255, as ImageDataGenerator(rescale=1/255) does",
    "-1..1": "as preprocess_input of MobileNet, Inception, Xception and ResNetV2 does, and Teachable Machine",
    "caffe": "as preprocess_input of VGG16, VGG19 and ResNet50 does",
    "torch": "as preprocess_input of DenseNet does",
}


def scaled(image: Any, scaling: Scaling) -> Any:
    """TensorFlow: pictures `[n, height, width, channels]` in 0-255 as the model wants them."""
    affine = AFFINE[scaling]
    if affine.is_reversed:
        image = image[..., ::-1]
    if scaling != "0..255":
        image = image * np.asarray(affine.scale, np.float32) + np.asarray(affine.shift, np.float32)
    return image


def with_scaling(network: Network, scaling: Scaling) -> Network:
    """The network with steps in front that scale its pixels."""
    affine, first = AFFINE[scaling], list[Step]()
    if scaling == "0..255":
        return network
    if affine.is_reversed:
        first.append(Step("input_order", "reverse", (IMAGE,), network.shape))
    weights = {"scale": np.asarray(affine.scale, np.float64), "shift": np.asarray(affine.shift, np.float64)}
    first.append(Step("input_scaling", "affine", (first[-1].name if first else IMAGE,), network.shape, weights))
    moved = {IMAGE: first[-1].name}
    later = (replace(step, inputs=tuple(moved.get(name, name) for name in step.inputs)) for step in network.steps)
    return Network(network.shape, (*first, *later))


# What may stand before the first layer that learned: it changes places, or scales.
MOVES = (
    "Identity", "Pad", "PadV2", "MirrorPad", "Cast", "ResizeBilinear", "ResizeNearestNeighbor", "Transpose", "Squeeze",
    "ExpandDims", "Reshape", "ConcatV2", "Pack", "StridedSlice", "ReverseV2", "Split", "SplitV", "Unpack", "Tile", "GatherV2",
    "AvgPool", "Slice", "StopGradient", "SpaceToBatchND", "IdentityN", "NoOp", "PlaceholderWithDefault",
)  # fmt: skip
SCALES = ("Mul", "Add", "AddV2", "Sub", "RealDiv", "Div", "BiasAdd", "Neg", "Maximum", "Minimum")
STATISTICS = ("Mean", "Sum", "SquaredDifference", "Square", "Rsqrt", "Sqrt")
# What asks for a shape, not for pixels.
SHAPES = ("Shape", "ShapeN", "Size", "Rank")


def scaling_inside(frozen: Frozen) -> Scaling | None:
    """What the pictures have to be for a model that begins by scaling them itself; None where it does not, or it cannot be told."""
    image = frozen.image_tensor
    if image.dtype.is_integer:
        return "0..255"
    reached, waiting, ends, seen = {image.ref()}, [image], list[Any](), set[str]()
    while waiting:
        tensor = waiting.pop()
        for operation in tensor.consumers():
            if operation.type in SHAPES:
                continue
            if operation.type not in (*MOVES, *SCALES, *STATISTICS):
                ends.append(tensor)
                continue
            seen.add(operation.type)
            for output in operation.outputs:
                if output.ref() not in reached:
                    reached.add(output.ref())
                    waiting.append(output)
    if not ends or not seen & {*SCALES, *STATISTICS}:
        return None
    if seen & set(STATISTICS):  # standardised by each picture's own mean: any scale gives the same
        return "0..255"
    if _is_normalised(ends[0]):
        return None
    return _of(frozen, ends[0])


def _is_normalised(tensor: Any) -> bool:
    """Whether a batch normalisation made a tensor: that says what the pixels were only through what it learned."""
    names = [tensor.op.name, *(each.op.name for each in tensor.op.inputs)]
    return any("batchnorm" in name.lower().replace("_", "") or "batch_normalization" in name.lower() for name in names)


def _of(frozen: Frozen, tensor: Any) -> Scaling | None:
    """The range out of which a scaling brings pixels to what networks take; None where no range or several would do."""
    height, width, channels = (side or 1 for side in frozen.image_tensor.shape.as_list()[1:])
    flat = np.ones((1, height, width, channels), np.float32)
    try:
        at_0, at_1, at_255 = (
            frozen.evaluate(tensor.name, flat * level).astype(np.float64) for level in (0.0, 1.0, 255.0)
        )
    except ForeignError:
        return None
    slope = (at_255 - at_0) / 255
    inner = np.abs(slope) > 1e-9  # not the border that is padded
    if not inner.any() or not np.allclose(at_1[inner], (at_0 + slope)[inner], atol=1e-3):
        return None
    slope, shift = slope[inner], at_0[inner]
    if np.allclose(slope, 1, atol=0.05) and (shift < -90).all() and (shift > -140).all():
        return "0..255"  # ImageNet's mean, subtracted
    ranges: dict[Scaling, tuple[float, float]] = {"0..255": (0, 255), "0..1": (0, 1), "-1..1": (-1, 1)}
    outs = {name: np.array([slope * low + shift, slope * high + shift]) for name, (low, high) in ranges.items()}
    exact = [name for name, out in outs.items() if any(_spans(out, *goal) for goal in ((0, 1), (-1, 1), (-0.5, 0.5)))]
    standard = [name for name, out in outs.items() if np.abs(out).max() <= 5 and out.min() <= -0.3 and out.max() >= 0.3]
    # Nothing learns from pixels that hardly differ, or that are far from 0.
    usable = [name for name, out in outs.items() if np.abs(out).max() <= 5 and np.ptp(out, axis=0).min() >= 0.3]
    found = exact or standard or usable
    return found[0] if len(found) == 1 else None


def _spans(out: Any, low: float, high: float) -> bool:
    return bool(np.allclose(out.min(0), low, atol=0.03) and np.allclose(out.max(0), high, atol=0.03))
