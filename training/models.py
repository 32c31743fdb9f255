"""The networks, by the Keras Functional API. Input: float32 `[n, height, width, 1]` in 0–255; all scaling is inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from keras import layers

from training.config import FiveBlockCnnConfig, MobileNetV2Config
from training.exceptions import PlainfilmError, UsageError


def build_model(config: FiveBlockCnnConfig | MobileNetV2Config, classes: int, backbone: Any = None) -> Any:
    """The network a config asks for, with random weights but for those of `backbone`.

    Args:
        config: Which one, and its size.
        classes: Two classes give one sigmoid unit, more give a softmax.
        backbone: A keras.Model whose layers' weights are taken over by name (`imagenet_backbone`); none for random ones.

    Returns:
        A keras.Model from `image` to `probability`: `[n, 1]` of the positive class, or `[n, classes]`. The layer `logit`
        holds the values before it.
    """
    if isinstance(config, FiveBlockCnnConfig):
        return five_block_cnn(config, classes)
    model = mobilenet_v2(config, classes)
    if backbone is not None:
        kept = {layer.name for layer in model.layers}
        for layer in backbone.layers:
            if layer.weights and layer.name in kept:
                model.get_layer(layer.name).set_weights(layer.get_weights())
    return model


def imagenet_backbone(config: MobileNetV2Config, weights: Path | None) -> Any:
    """MobileNetV2 without its classifier: Keras's own ImageNet weights, which it downloads, or those of a local file.

    Raises:
        PlainfilmError: The file is not there or holds another network; the download failed.
    """
    # The weights depend on alpha alone; Keras publishes them for a few sizes, which only tell its file names apart.
    shape = (config.height, config.width, 3)
    try:
        backbone = keras.applications.MobileNetV2(
            input_shape=shape, alpha=config.alpha, include_top=False, weights=None if weights else "imagenet"
        )
        if weights:
            backbone.load_weights(weights)
    except Exception as error:  # Keras raises whatever h5py and urllib raise
        raise PlainfilmError(
            f"cannot load ImageNet weights of MobileNetV2 {config.alpha}",
            received=f"{weights or 'Keras download'}: {type(error).__name__}: {error}",
            expected=f"weights of keras.applications.MobileNetV2(alpha={config.alpha}, include_top=False)",
            next_step="connect to the network, or give a file: --backbone-weights FILE",
        ) from None
    return backbone


def mobilenet_v2(config: MobileNetV2Config, classes: int) -> Any:
    """MobileNetV2 (Sandler et al. 2018) on grey films, pooled, and one dense layer. All of it is trained."""
    image = keras.Input((config.height, config.width, 1), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="rescaling")(image)
    x = layers.Concatenate(name="grey_to_rgb")([x, x, x])
    backbone = keras.applications.MobileNetV2(input_tensor=x, alpha=config.alpha, include_top=False, weights=None)
    if config.cut:
        backbone = keras.Model(image, _layer(backbone, config.cut).output)
    for layer in backbone.layers:
        # Keras's 0.999 lags behind a short training: validation would look random from epoch to epoch.
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = config.batch_normalization_momentum
    x = layers.GlobalAveragePooling2D(name="average")(backbone.output)
    x = layers.Dropout(config.dropout, name="features_dropout")(x)
    return keras.Model(image, _readout(x, classes), name="mobilenet_v2")


def five_block_cnn(config: FiveBlockCnnConfig, classes: int) -> Any:
    """The capstone's network of 2020: five blocks of convolution, batch normalisation and max-pooling, then Dense 128.

    At 150×150 with the 2020 filters it has 1,246,401 weights. The layer `features` holds the penultimate values.
    """
    image = keras.Input((config.height, config.width, 1), name="image")
    x = layers.Rescaling(1 / 255, name="rescaling")(image)
    for number, (filters, dropout) in enumerate(zip(config.filters, config.dropout, strict=True), start=1):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"block{number}_convolution")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"block{number}_dropout")(x)
        x = layers.BatchNormalization(
            momentum=config.batch_normalization_momentum, name=f"block{number}_batch_normalization"
        )(x)
        x = layers.MaxPooling2D(2, padding="same", name=f"block{number}_max_pool")(x)
    x = (
        layers.Flatten(name="flatten")(x)
        if config.head == "flatten"
        else layers.GlobalAveragePooling2D(name="average")(x)
    )
    x = layers.Dense(config.dense_units, activation="relu", name="features")(x)
    x = layers.Dropout(config.dense_dropout, name="features_dropout")(x)
    return keras.Model(image, _readout(x, classes), name="five_block_cnn")


def _layer(backbone: Any, name: str) -> Any:
    """The backbone's layer of this name.

    Raises:
        UsageError: There is none.
    """
    names = [layer.name for layer in backbone.layers]
    if name not in names:
        raise UsageError(
            f"the backbone cannot be cut after {name!r}",
            received="no such layer",
            expected=f"one of {', '.join(each for each in names if each.endswith(('_relu', '_add')))}",
        )
    return backbone.get_layer(name)


def _readout(features: Any, classes: int) -> Any:
    """`logit` and `probability`, which stay in float32 under mixed precision."""
    units, activation = (1, "sigmoid") if classes == 2 else (classes, "softmax")
    logit = layers.Dense(units, name="logit", dtype="float32")(features)
    return layers.Activation(activation, name="probability", dtype="float32")(logit)


def logit_model(model: Any) -> Any:
    """The same network, ending at its logits: `[n, 1]` or `[n, classes]`."""
    return keras.Model(model.input, model.get_layer("logit").output)
