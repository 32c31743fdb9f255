"""The networks, by the Keras Functional API. Input: float32 `[n, height, width, 1]` in 0–255; all scaling is inside."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from plainfilm.errors import UsageError
from training.config import Architecture, EfficientNetLite0Config, FiveBlockCnnConfig, MobileNetV2Config, VGG16Config
from training.networks.efficientnet import efficientnet_lite0_layers

# ImageNet's mean of blue, green and red, which VGG16 expects its input without (Simonyan and Zisserman 2014).
VGG16_MEAN = (103.939, 116.779, 123.68)

# Below this a backbone's last feature map is less than a pixel wide.
SMALLEST_BACKBONE_INPUT = 32


def build_model(config: Architecture, classes: int, backbone: Any = None) -> Any:
    """The network a config asks for, with random weights but for those of `backbone`.

    Args:
        config: Which one, and its size.
        classes: Two classes give one sigmoid unit, more give a softmax.
        backbone: A keras.Model whose layers' weights are taken over by name (`imagenet_backbone`); none for random ones.

    Returns:
        A keras.Model from `image` to `probability`: `[n, 1]` of the positive class, or `[n, classes]`. The layer `logit`
        holds the values before it.

    Raises:
        UsageError: The films are too small for the network, or it has no layer of a name that the config gives.
    """
    if isinstance(config, FiveBlockCnnConfig):
        return five_block_cnn(config, classes)
    if min(config.height, config.width) < SMALLEST_BACKBONE_INPUT:
        raise UsageError(
            f"films are too small for {config.architecture}",
            received=f"height {config.height}, width {config.width}",
            expected=f"at least {SMALLEST_BACKBONE_INPUT} each",
        )
    if isinstance(config, VGG16Config):
        model = vgg16(config, classes)
    elif isinstance(config, EfficientNetLite0Config):
        model = efficientnet_lite0(config, classes)
    else:
        model = mobilenet_v2(config, classes)
    if backbone is not None:
        kept = {layer.name for layer in model.layers}
        for layer in backbone.layers:
            if layer.weights and layer.name in kept:
                model.get_layer(layer.name).set_weights(layer.get_weights())
    return model


def mobilenet_v2(config: MobileNetV2Config, classes: int) -> Any:
    """MobileNetV2 (Sandler et al. 2018) on grey films, pooled, and one dense layer. All of it is trained."""
    image = keras.Input((config.height, config.width, 1), name="image")
    x = _as_imagenet(image, config, scale=1 / 127.5, offset=-1)
    backbone = keras.applications.MobileNetV2(input_tensor=x, alpha=config.alpha, include_top=False, weights=None)
    return _pooled("mobilenet_v2", image, backbone, config, classes)


def efficientnet_lite0(config: EfficientNetLite0Config, classes: int) -> Any:
    """EfficientNet-Lite0 (Tan and Le 2019, without what mobile processors are slow at) on grey films. All of it is trained."""
    image = keras.Input((config.height, config.width, 1), name="image")
    x = _as_imagenet(image, config, scale=1 / 128, offset=-127 / 128)
    backbone = keras.Model(image, efficientnet_lite0_layers(x))
    return _pooled("efficientnet_lite0", image, backbone, config, classes)


def vgg16(config: VGG16Config, classes: int) -> Any:
    """VGG16 (Simonyan and Zisserman 2014) on grey films, trained from the layer after `frozen_until` on.

    2020's: cut after `block5_pool`, all of it frozen, flattened, Dense 4096, batch normalisation, dropout.
    """
    image = keras.Input((config.height, config.width, 1), name="image")
    x = layers.Concatenate(name="grey_to_bgr")([image, image, image])
    x = layers.Rescaling(1.0, offset=[-mean for mean in VGG16_MEAN], name="mean")(x)
    backbone = keras.applications.VGG16(input_tensor=x, include_top=False, weights=None)
    x = _layer(backbone, config.cut).output
    x = (
        layers.Flatten(name="flatten")(x)
        if config.head == "flatten"
        else layers.GlobalAveragePooling2D(name="average")(x)
    )
    if config.dense_units:
        x = layers.Dense(config.dense_units, activation="relu", name="features")(x)
    x = layers.BatchNormalization(momentum=config.batch_normalization_momentum, name="features_batch_normalization")(x)
    x = layers.Dropout(config.dropout, name="features_dropout")(x)
    return keras.Model(image, _readout(x, classes), name="vgg16")


def _as_imagenet(
    image: Any, config: MobileNetV2Config | EfficientNetLite0Config, *, scale: float, offset: float
) -> Any:
    """Grey films `[n, height, width, 1]` as the backbone knows pictures: `[n, height, width, 3]`, in about -1…1."""
    if config.standardised:
        # Mean 0 and variance 1 over all of the film; half of that is the spread of ImageNet's pictures.
        x = layers.Rescaling(1 / 255, name="rescaling")(image)
        x = layers.LayerNormalization(axis=[1, 2, 3], epsilon=1e-4, center=False, scale=False, name="standardised")(x)
        x = layers.Rescaling(0.5, name="spread")(x)
    else:
        x = layers.Rescaling(scale, offset=offset, name="rescaling")(image)
    if config.smoothed:
        x = layers.AveragePooling2D(3, strides=1, padding="same", name="smoothed")(x)
    return layers.Concatenate(name="grey_to_rgb")([x, x, x])


def _pooled(
    name: str, image: Any, backbone: Any, config: MobileNetV2Config | EfficientNetLite0Config, classes: int
) -> Any:
    """The backbone up to the cut, pooled, and one dense layer."""
    if config.cut:
        backbone = keras.Model(image, _layer(backbone, config.cut).output)
    for layer in backbone.layers:
        # Keras's 0.999 lags behind a short training: validation would look random from epoch to epoch.
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = config.batch_normalization_momentum
    x = layers.GlobalAveragePooling2D(name="average")(backbone.output)
    x = layers.Dropout(config.dropout, name="features_dropout")(x)
    return keras.Model(image, _readout(x, classes), name=name)


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
            expected=f"one of {', '.join(each for each in names if each.endswith(('_relu', '_add', '_pool')))}",
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
