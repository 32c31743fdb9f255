"""The picture that a network takes: its size, channels and place of the channels, and the converter that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from export.foreign.graph.frozen import Frozen
from export.foreign.model import ForeignError, ForeignOptions, Scaling
from export.foreign.tools import Tool
from training.films.preprocessing import ImageConverter

# More than this in one side is no picture for a network on a page.
LARGEST_SIDE = 2048


@dataclass(frozen=True)
class Picture:
    """What a network takes.

    Attributes:
        frozen: The network.
        height, width, channels: Of its pictures.
        channels_first: Whether the channels come before rows and columns.
        sampling: How the network itself makes pictures small, where it does; None otherwise.
    """

    frozen: Frozen
    height: int
    width: int
    channels: int
    channels_first: bool = False
    sampling: str | None = None

    def fed(self, image: Any) -> Any:
        """TensorFlow: pictures `[n, height, width, channels]` as the network's input."""
        if self.channels_first:
            image = tf.transpose(image, [0, 3, 1, 2])
        if self.frozen.image_tensor.dtype.is_integer:
            image = tf.round(image)
        return tf.cast(image, self.frozen.image_tensor.dtype)


def picture_of(frozen: Frozen) -> Picture:
    """Reads off a network what pictures it takes.

    Raises:
        ForeignError: It takes no pictures, of no fixed size, or with other than one or three channels.
    """
    shape = frozen.image_tensor.shape
    sides = None if shape.rank is None else shape.as_list()
    if (
        sides is None
        or len(sides) != 4
        or not (frozen.image_tensor.dtype.is_floating or frozen.image_tensor.dtype.is_integer)
    ):
        raise ForeignError(
            f"{frozen.file} takes no pictures",
            received=f"an input {sides if sides is not None else 'of any shape'}, {frozen.image_tensor.dtype.name}",
            expected="an input [n, height, width, channels] of numbers",
            next_step="give its pictures a channel: image = keras.Input((28, 28, 1)); "
            "keras.Model(image, model(keras.layers.Reshape((28, 28))(image))).save('with_channel.keras')"
            if sides is not None and len(sides) == 3
            else "export a model for image classification, with pictures of a fixed size",
        )
    first = sides[1] in (1, 3) and sides[3] not in (1, 3)
    channels, height, width = (sides[1], sides[2], sides[3]) if first else (sides[3], sides[1], sides[2])
    if channels not in (1, 3):
        raise ForeignError(
            f"{frozen.file} takes pictures of {channels or 'any number of'} channels",
            received=f"an input {sides}",
            expected="1 channel (grey) or 3 (colour)",
            next_step="train a model for grey or colour pictures",
        )
    sampling = None
    if (height is None or width is None) and (resize := _first_resize(frozen)) is not None:
        (height, width), sampling = tf.get_static_value(resize.inputs[1]).tolist(), _sampling(resize)
        frozen = _without(frozen, resize, height, width)
    if height is None or width is None:
        raise ForeignError(
            f"{frozen.file} does not say how large its pictures are",
            received=f"an input {sides}",
            expected="a fixed height and width",
            next_step="save it with the size that it was trained with: image = keras.Input((224, 224, 3)); "
            "keras.Model(image, model(image)).save('fixed.keras')",
        )
    if max(height, width) > LARGEST_SIDE or min(height, width) < 8:
        raise ForeignError(
            f"{frozen.file} takes pictures of {height} × {width} pixels",
            received=f"an input {sides}",
            expected=f"8 to {LARGEST_SIDE} pixels a side",
            next_step="train a model for pictures of a size in between, such as 224 × 224",
        )
    return Picture(frozen, height, width, channels, first, sampling)


def _first_resize(frozen: Frozen) -> Any:
    """The operation that brings any picture to one size before all else; None if there is none."""
    tensor = frozen.image_tensor
    while True:
        users = [each for each in tensor.consumers() if each.type not in ("Shape", "NoOp")]
        if len(users) != 1:
            return None
        (user,) = users
        if user.type in ("ResizeBilinear", "ResizeNearestNeighbor"):
            known = tf.get_static_value(user.inputs[1]) is not None and user.inputs[0].dtype == user.outputs[0].dtype
            # Of pixels nearest by their corners there is no sampling.
            same = user.type == "ResizeBilinear" or user.get_attr("half_pixel_centers")
            return user if known and same and not user.get_attr("align_corners") else None
        if user.type not in ("Identity", "Cast") or not user.outputs:
            return None
        tensor = user.outputs[0]


def _sampling(resize: Any) -> str:
    if resize.type == "ResizeNearestNeighbor":
        return "nearest"
    return "bilinear" if resize.get_attr("half_pixel_centers") else "bilinear-corner"


def _without(frozen: Frozen, resize: Any, height: int, width: int) -> Frozen:
    """The network for pictures that come in the size to which it would bring them."""
    graph_def = type(frozen.graph_def)()
    graph_def.CopyFrom(frozen.graph_def)
    for node in graph_def.node:
        if node.name == resize.name:
            node.op = "Identity"
            del node.input[1:]
            for key in [key for key in node.attr if key != "T"]:
                del node.attr[key]
        elif node.name == frozen.image:
            sides = node.attr["shape"].shape.dim
            sides[1].size, sides[2].size = height, width
    return Frozen(graph_def, frozen.image, frozen.result, frozen.file)


def converter(
    picture: Picture, tool: Tool, scaling: Scaling | None, options: ForeignOptions, path: Path
) -> ImageConverter:
    """How a picture becomes the network's input, in 0-255.

    Raises:
        ForeignError: The options ask for colour of a network that takes grey pictures.
    """
    colour = options.colour or ("grey" if picture.channels == 1 else "rgb")
    if picture.channels == 1 and (colour == "rgb" or scaling in ("caffe", "torch")):
        raise ForeignError(
            f"{path} takes grey pictures",
            received=f"--input {scaling}" if colour == "grey" else "--colour rgb",
            expected="a model with three channels for that",
            next_step="leave the option out, or give --input 0..1, -1..1 or 0..255",
        )
    sampling: Any = options.sampling or picture.sampling or tool.sampling
    return ImageConverter(
        picture.height, picture.width, picture.channels, options.view or tool.view, colour=colour, sampling=sampling
    )


def probe(picture: Picture) -> Any:
    """Two pictures of noise in 0-255, float32, to try the network with; the second is darker, or a mean of both would not show."""
    noise = np.random.default_rng(7).uniform(0, 255, (2, picture.height, picture.width, picture.channels))
    noise[1] *= 0.4
    return noise.astype(np.float32)
