"""What outputs mean: softmax, sigmoid, logits, probabilities; and outputs that are no classes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from export.foreign.graph.frozen import Frozen
from export.foreign.graph.head import find_head
from export.foreign.keras.graph import freeze_keras
from export.foreign.model import ForeignError
from tests.unit.export.foreign.foreign_files import SIZE, pictures

layers = keras.layers
FILE = Path("model.keras")


def dense(units: int, activation: Any = None) -> Any:
    return layers.Dense(units, activation=activation)


def frozen(head: Callable[[Any], Any]) -> tuple[Any, Frozen]:
    image = keras.Input((SIZE, SIZE, 1))
    model = keras.Model(image, head(layers.GlobalMaxPooling2D()(layers.Conv2D(4, 3)(image))))
    return model, freeze_keras(model, FILE)


def both(x: Any) -> Any:
    sick = dense(1, "sigmoid")(x)
    return layers.Concatenate()([1 - sick, sick])


ENDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "softmax in the layer": (dense(3, "softmax"), "softmax"),
    "softmax after the layer": (lambda x: layers.Softmax()(dense(3)(x)), "softmax"),
    "softmax over a map of one pixel": (
        lambda x: layers.Flatten()(layers.Softmax()(layers.Conv2D(3, 1)(layers.Reshape((1, 1, 4))(x)))),
        "softmax",
    ),
    "average of two models": (
        lambda x: layers.Average()([dense(3, "softmax")(x), dense(3, "softmax")(x)]),
        "probabilities",
    ),
    "both sides of a sigmoid": (both, "probabilities"),
    "logits": (dense(3), "logits"),
    "two logits": (dense(2), "logits"),
    "logits with a temperature, of layers that bend": (
        lambda x: layers.Rescaling(0.5, offset=1)(dense(3)(dense(4, "gelu")(x))),
        "logits",
    ),
    "logarithms of probabilities": (dense(3, "log_softmax"), "logits"),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_softmax_of_the_logits_is_what_the_model_says(end: str) -> None:
    make, ending = ENDS[end]
    model, graph = frozen(make)
    images = pictures(1) / 255
    head = find_head(graph, images)
    assert head.ending == ending
    said = model(images)
    expected = tf.nn.softmax(said) if ending == "logits" else said
    logits = tf.function(head.logits(graph))(tf.constant(images))
    tf.debugging.assert_near(tf.nn.softmax(logits), expected, atol=1e-6)


def test_one_sigmoid_stands_for_two_classes() -> None:
    model, graph = frozen(dense(1, "sigmoid"))
    images = pictures(1) / 255
    head = find_head(graph, images)
    assert (head.ending, head.classes) == ("sigmoid", 2)
    probabilities = tf.nn.softmax(tf.function(head.logits(graph))(tf.constant(images)))
    tf.debugging.assert_near(probabilities[:, 1:], model(images), atol=1e-6)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (dense(1), r"(?s)one number without a sigmoid.*from_logits=True"),
        (dense(1, "softmax"), r"(?s)one number without a sigmoid.*always 1"),
        (dense(3, "sigmoid"), r"(?s)3 questions, each with yes or no.*exclude each other"),
        (lambda x: layers.Average()([dense(3, "sigmoid")(x), dense(3, "sigmoid")(x)]), "3 questions"),
        (dense(3, "relu"), r"(?s)neither probabilities nor logits.*Relu"),
        (dense(2, "tanh"), r"(?s)neither probabilities nor logits.*Tanh"),
        (dense(3, "gelu"), r"(?s)neither probabilities nor logits.*Erf"),
        (dense(3, "exponential"), r"(?s)neither probabilities nor logits.*Exp"),
        (dense(3, "hard_sigmoid"), r"(?s)neither probabilities nor logits.*Relu6"),
        (lambda x: layers.Rescaling(100)(dense(3, "softmax")(x)), r"(?s)neither probabilities nor logits.*Softmax"),
        (lambda x: layers.Softmax(axis=0)(dense(3)(x)), r"(?s)otherwise when others are read with it.*axis 0"),
        (lambda x: layers.Reshape((2, 3))(dense(6)(x)), "several rows for one picture"),
    ],
)
def test_outputs_that_are_no_classes_are_refused(head: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        find_head(frozen(head)[1], pictures(1) / 255)
