"""A network from the configuration that Keras 2, TensorFlow.js and legacy .h5 files keep, built with today's Keras.

Layers are built one by one and called in the saved order. What only matters in training is left out: initialisers,
regularisers, constraints and augmentation, which does nothing at inference.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any

import keras
from keras import layers

from export.foreign.keras.calls import call_of, filled, listed, references
from export.foreign.keras.operations import KERAS, TENSORFLOW, WITH_SETTINGS
from export.foreign.keras.safety import WITHOUT_CODE
from export.foreign.model import ForeignError

MODELS = ("Sequential", "Functional", "Model")
# Names that layers had, and well-known custom ones that are a layer of Keras at inference.
NAMES = {
    "Convolution2D": "Conv2D", "SeparableConvolution2D": "SeparableConv2D", "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization", "SyncBatchNormalization": "BatchNormalization",
    "FixedDropout": "Dropout", "GlobalAvgPool2D": "GlobalAveragePooling2D", "MaxPool2D": "MaxPooling2D",
}  # fmt: skip
# Augmentation, which leaves pictures as they are at inference.
IDLE = (
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness", "RandomHeight",
    "RandomWidth", "RandomShear", "RandomHue", "RandomSaturation", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
)  # fmt: skip
# Arguments that are gone, and do not change what a layer computes at inference.
GONE = (
    "batch_input_shape", "batch_shape", "input_shape", "input_dtype", "input_dim", "input_length", "dtype", "ragged", "sparse",
    "fused", "renorm", "renorm_clipping", "renorm_momentum", "virtual_batch_size", "adjustment", "synchronized", "optional",
    "noise_shape", "seed", "implementation", "stateful", "unroll", "time_major", "quantization_config", "lora_rank",
    "query_shape", "key_shape", "value_shape", "softmax_robust_masking",
)  # fmt: skip
# Arguments that are gone, with the only value that they may have had.
ONLY = {
    "groups": (1,),
    "keepdims": (False, None),
    "crop_to_aspect_ratio": (False,),
    "rms_scaling": (False,),
    "supports_masking": (True, False),
}
RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}, "Softmax": {}}

# Names that Keras gives to operations between layers; layers with such names have no weights.
AUTOMATIC = re.compile(
    r"^(add|subtract|multiply|maximum|minimum|concatenate|reshape|softmax|true_divide|get_item|mean)(_\d+)?$"
)


def build(config: Any, file: Path) -> Any:
    """The Keras model of a configuration `{"class_name": …, "config": …}`, with random weights.

    Raises:
        ForeignError: A layer, an argument or an operation is not known; it is named.
    """
    builder = _Builder(file)
    try:
        return builder.model(config)
    except ForeignError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ForeignError(
            f"the network of {file} cannot be built",
            received=f"{type(error).__name__}{f' at layer {builder.place!r}' if builder.place else ''}: {shorten(str(error), 400)}",
            expected="a Sequential or Functional model of Keras's layers",
            next_step=WITHOUT_CODE,
        ) from None


def plain(name: str) -> str:
    """A layer's name as today's Keras takes it."""
    return name.replace("/", "_")


class _Builder:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.place = ""

    def model(self, saved: Any) -> Any:
        config = saved["config"]
        if isinstance(config, list):  # Sequential in Keras before 2.2.3
            config = {"name": "sequential", "layers": config}
        if saved["class_name"] == "Sequential":
            return self._sequential(config)
        if "layers" in config and "output_layers" in config:
            return self._functional(config)
        raise ForeignError(
            f"{self.file} holds a model that only its owner's code can build",
            received=f"{saved['class_name']}, a subclass of keras.Model",
            expected="a Sequential or Functional model",
            next_step=WITHOUT_CODE,
        )

    def _sequential(self, config: Any) -> Any:
        parts = list(config["layers"])
        if parts[0]["class_name"] != "InputLayer":
            shape = config.get("build_input_shape") or _input_shape(parts[0])
            if shape is None:
                raise ForeignError(
                    f"{self.file} does not say how large its pictures are",
                    received=f"{config.get('name')!r}, whose first layer has no input shape",
                    expected="an input of a fixed size",
                    next_step="call the model once, or begin it with keras.Input((224, 224, 3)), and save it again",
                )
            parts.insert(0, {"class_name": "InputLayer", "config": {"batch_shape": shape}})
        built = [self.layer(each) for each in parts]
        return keras.Sequential(built, name=plain(config.get("name", "sequential")))

    def _functional(self, config: Any) -> Any:
        outputs: dict[tuple[str, int], Any] = {}
        made: dict[str, Callable[..., Any]] = {}
        waiting = []
        calls = {saved.get("name"): [call_of(node) for node in saved["inbound_nodes"]] for saved in config["layers"]}
        ends = listed(config["input_layers"]) + listed(config["output_layers"])
        # The first call of a model within the model is the one that made it, which Keras 2 counts and does not save.
        used = {(ref[0], ref[1]) for ref in ends}.union(*(references(call) for each in calls.values() for call in each))
        for saved in config["layers"]:
            name = saved.get("name") or saved["config"]["name"]
            if saved["class_name"] == "InputLayer":
                shape = _input_shape(saved)
                outputs[name, 0] = keras.Input(batch_shape=shape, name=plain(name))
            else:
                made[name] = self._callable(saved)
                first = min((number for each, number in used if each == name), default=0)
                skipped = first if saved["class_name"] in MODELS and first == 1 else 0
                waiting += [(name, number, call) for number, call in enumerate(calls[saved.get("name")], skipped)]
        while waiting:
            ready = [each for each in waiting if references(each[2]) <= set(outputs)]
            if not ready:
                raise ValueError(f"layer {waiting[0][0]!r} takes outputs that no layer makes")
            for name, number, (arguments, options) in ready:
                self.place = name
                arguments, options = filled(arguments, outputs), filled(options, outputs)
                outputs[name, number] = made[name](*arguments, **options)
            waiting = [each for each in waiting if each not in ready]
        tensors = [
            [outputs[ref[0], ref[1]] for ref in listed(config[end])] for end in ("input_layers", "output_layers")
        ]
        inputs, results = (each[0] if len(each) == 1 else each for each in tensors)
        return keras.Model(inputs, results, name=plain(config.get("name", "model")))

    def _callable(self, saved: Any) -> Callable[..., Any]:
        """What one saved layer does with tensors."""
        kind, config = saved["class_name"], saved["config"]
        if kind in ("TFOpLambda", "SlicingOpLambda"):
            function = config.get("function")
            if function not in TENSORFLOW:
                raise self._unknown(config, f"the TensorFlow operation {function}", sorted(TENSORFLOW))
            return TENSORFLOW[function]
        if "trainable" not in config:  # an operation, which may be called as a layer is
            if kind in KERAS:
                return KERAS[kind]
            if kind in WITH_SETTINGS:
                settings = {key: value for key, value in config.items() if key not in ("name", "dtype")}
                return partial(WITH_SETTINGS[kind], **settings)
        layer = self.layer(saved)

        def call(*arguments: Any, **options: Any) -> Any:
            kept = {
                key: value for key, value in options.items() if key not in ("training", "mask") and value is not None
            }
            return layer(*arguments, **kept)

        return call

    def layer(self, saved: Any) -> Any:
        """One layer, or a model that stands for one."""
        kind = NAMES.get(saved["class_name"], saved["class_name"])
        if kind in MODELS or isinstance(saved["config"], list):
            return self.model(saved)
        config = dict(saved["config"])
        self.place = name = str(config.get("name", kind))
        if kind == "InputLayer":
            return keras.Input(batch_shape=_input_shape(saved), name=plain(name) if "name" in config else None)
        if kind in IDLE:
            return layers.Identity(name=plain(name))
        known = getattr(layers, kind, None)
        if (
            not isinstance(known, type)
            or not issubclass(known, layers.Layer)
            or kind in ("Lambda", "Layer", "TFSMLayer")
        ):
            raise self._unknown(config, f"layer {name!r} ({kind})", ["the layers of keras.layers"])
        if isinstance(config.get("layer"), dict):
            config["layer"] = self.layer(config["layer"])
        return known(**self._arguments(known, kind, config))

    def _arguments(self, known: Any, kind: str, config: dict[str, Any]) -> dict[str, Any]:
        taken = inspect.signature(known.__init__).parameters
        arguments: dict[str, Any] = {}
        for key, value in config.items():
            key = RENAMED.get(kind, {}).get(key, key)
            value = _number(value)
            if key.endswith(("_initializer", "_regularizer", "_constraint")) or key in GONE:
                continue
            if key == "name":
                # Keras names operations by itself, and would name one like this layer.
                arguments[key] = plain(value) + ("_layer" if AUTOMATIC.match(value) else "")
            elif key in ("activation", "recurrent_activation"):
                arguments[key] = self._activation(config, value)
            elif key == "axis" and isinstance(value, list) and len(value) == 1:
                arguments[key] = value[0]
            elif key in taken or key == "trainable":
                arguments[key] = value
            elif key in ONLY and value in ONLY[key]:
                continue
            else:
                raise self._unknown(config, f"{key}={value!r} of layer {config.get('name')!r} ({kind})", sorted(taken))
        if arguments.get("data_format") == "channels_first":
            raise self._unknown(config, f"layer {config.get('name')!r} with its channels first", ["channels last"])
        return arguments

    def _activation(self, config: dict[str, Any], value: Any) -> Any:
        if isinstance(value, dict):
            value = value["config"] if value.get("class_name") == "function" else value.get("class_name")
        name = {"swish": "silu", "Swish": "silu", "ReLU": "relu", "Softmax": "softmax"}.get(value, value)
        if name is None:
            return None
        if not isinstance(name, str) or not callable(getattr(keras.activations, name, None)):
            raise self._unknown(
                config, f"activation {value!r} of layer {config.get('name')!r}", ["Keras's activations"]
            )
        return name

    def _unknown(self, config: dict[str, Any], received: str, expected: list[str]) -> ForeignError:
        return ForeignError(
            f"{self.file} has a layer that is not Keras's own, or not as today's Keras has it",
            received=received,
            expected="; ".join(expected) if len(expected) < 3 else f"one of {', '.join(expected)}",
            next_step=WITHOUT_CODE,
        )


def _number(value: Any) -> Any:
    """NumPy values as Keras 2 wrote some numbers."""
    if (isinstance(value, dict) and value.get("type") in ("ndarray", "ndarray64")) or (
        isinstance(value, dict) and value.get("class_name") == "__numpy__"
    ):
        return value.get(
            "value", value.get("config", {}).get("value") if isinstance(value.get("config"), dict) else None
        )
    if isinstance(value, dict) and value.get("class_name") == "__tuple__":
        return tuple(value["items"])
    return value


def _input_shape(saved: Any) -> Any:
    config = saved["config"]
    if isinstance(config, list):
        return _input_shape(config[0])
    if saved["class_name"] in MODELS:
        return _input_shape(config["layers"][0]) if config.get("layers") else None
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    return None if shape is None else tuple(_number(shape))
