"""What pictures a network takes, and how they are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from export.foreign.graph.frozen import Frozen
from export.foreign.keras.graph import freeze_keras
from export.foreign.model import ForeignError, ForeignOptions
from export.foreign.picture import converter, picture_of
from export.foreign.tools import TEACHABLE_MACHINE, Tool
from tests.unit.export.foreign.foreign_files import pictures

layers = keras.layers
FILE = Path("model.keras")
PLAIN = Tool("a Keras model", "whole", "bilinear", None)


def taking(shape: tuple[int | None, ...], first: Any = None) -> Any:
    image = keras.Input(shape)
    x = first(image) if first else image
    x = layers.GlobalMaxPooling2D()(layers.Conv2D(2, 3)(x)) if len(shape) == 3 else layers.Flatten()(x)
    return keras.Model(image, layers.Dense(2)(x))


def frozen(shape: tuple[int | None, ...], first: Any = None) -> Frozen:
    return freeze_keras(taking(shape, first), FILE)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((7,), r"(?s)takes no pictures.*\[None, 7\]"),
        ((8, 16, 16, 3), "takes no pictures"),
        ((28, 28), r"(?s)takes no pictures.*give its pictures a channel"),
        ((16, 16, 4), r"(?s)pictures of 4 channels.*1 channel \(grey\) or 3"),
        ((16, 16, 2), "pictures of 2 channels"),
        ((None, None, 3), r"(?s)does not say how large its pictures are.*keras.Input"),
        ((None, 16, 3), "does not say how large"),
        ((5, 5, 1), "takes pictures of 5 × 5 pixels"),
    ],
)
def test_what_is_no_picture_of_a_fixed_size_is_refused(shape: Any, message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        picture_of(frozen(shape))


def test_several_pictures_or_results_are_refused() -> None:
    image, other = keras.Input((16, 16, 1), name="front"), keras.Input((16, 16, 1), name="side")
    x = layers.Dense(2)(layers.Flatten()(layers.Add()([image, other])))
    with pytest.raises(ForeignError, match=r"(?s)more than a picture.*front.*side"):
        freeze_keras(keras.Model([image, other], x), FILE)
    with pytest.raises(ForeignError, match="more than one result"):
        freeze_keras(keras.Model(image, [layers.Flatten()(image), image]), FILE)


@pytest.mark.parametrize(("interpolation", "sampling"), [("bilinear", "bilinear"), ("nearest", "nearest")])
def test_a_model_that_makes_pictures_small_itself_says_their_size(interpolation: str, sampling: str) -> None:
    model = taking((None, None, 3), layers.Resizing(24, 32, interpolation=interpolation))
    picture = picture_of(freeze_keras(model, FILE))
    assert (picture.height, picture.width, picture.sampling) == (24, 32, sampling)
    images = pictures(3, 24, 32)
    assert picture.frozen.evaluate(picture.frozen.result, images) == pytest.approx(model(images).numpy(), abs=1e-4)
    made = converter(picture, PLAIN, "0..1", ForeignOptions(), FILE)
    assert (made.height, made.width, made.view, made.sampling) == (24, 32, "whole", sampling)


def test_a_way_of_making_pictures_small_that_the_page_does_not_have_is_not_taken_for_another() -> None:
    class NearestByCorners(keras.layers.Layer):
        def call(self, image: Any) -> Any:
            return tf.raw_ops.ResizeNearestNeighbor(images=image, size=[24, 32], half_pixel_centers=False)

    with pytest.raises(ForeignError, match="does not say how large"):
        picture_of(frozen((None, None, 3), NearestByCorners()))


def test_pictures_are_made_as_the_tool_makes_them_unless_told_otherwise() -> None:
    grey, colour = picture_of(frozen((16, 16, 1))), picture_of(frozen((16, 16, 3)))
    made = converter(colour, TEACHABLE_MACHINE, "-1..1", ForeignOptions(), FILE)
    assert (made.view, made.colour, made.sampling) == ("square", "rgb", "antialias")
    made = converter(colour, PLAIN, "0..1", ForeignOptions(view="square", colour="grey", sampling="nearest"), FILE)
    assert (made.view, made.channels, made.colour, made.sampling) == ("square", 3, "grey", "nearest")
    assert converter(grey, PLAIN, "0..1", ForeignOptions(), FILE).colour == "grey"
    with pytest.raises(ForeignError, match=r"(?s)takes grey pictures.*--colour rgb"):
        converter(grey, PLAIN, "0..1", ForeignOptions(colour="rgb"), FILE)
    with pytest.raises(ForeignError, match=r"(?s)takes grey pictures.*--input caffe"):
        converter(grey, PLAIN, "caffe", ForeignOptions(), FILE)
