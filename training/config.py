"""What a run is made of: a TOML file as frozen dataclasses, every key checked."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import tomli_w

from plainfilm.errors import UsageError
from training.films.preprocessing import ImageConverter, View

SHIPPED_CONFIGS = Path(__file__).parent / "configs"


@dataclass(frozen=True)
class DataConfig:
    """Where the films come from.

    Attributes:
        prepared: Folder written by `prepare`; relative to the current directory.
        positive_class: The class whose probability is thresholded.
        phantom_films: When above 0, `fit` first draws this many phantom films per class and prepares them there.
    """

    prepared: str
    positive_class: str
    phantom_films: int = 0


@dataclass(frozen=True)
class ModelConfig:
    """What every network has.

    Attributes:
        height, width, view: Its image converter; one grey channel.
        batch_normalization_momentum: Of the running statistics.
    """

    height: int
    width: int
    view: View
    batch_normalization_momentum: float

    @property
    def image_converter(self) -> ImageConverter:
        """How a film becomes the network's input."""
        return ImageConverter(self.height, self.width, 1, self.view)


@dataclass(frozen=True)
class FiveBlockCnnConfig(ModelConfig):
    """The capstone's network from scratch.

    Attributes:
        filters: Of each block's convolution.
        dropout: After each block's convolution; 0 for none.
        head: `flatten`, or `average` for global average pooling.
        dense_units, dense_dropout: The layer before the last.
    """

    architecture: Literal["five_block_cnn"]
    filters: tuple[int, ...]
    dropout: tuple[float, ...]
    head: Literal["flatten", "average"]
    dense_units: int
    dense_dropout: float


@dataclass(frozen=True)
class MobileNetV2Config(ModelConfig):
    """A MobileNetV2 that ImageNet has taught to see, all of it trained on.

    Attributes:
        alpha: Its width; Keras has ImageNet weights for 0.35, 0.5, 0.75, 1.0, 1.3 and 1.4.
        cut: Keras's name of the last layer kept, such as `block_13_expand_relu`; empty for the whole network.
        standardised: Give the network each film with its mean taken off and its spread made one, so that brightness and
            contrast say nothing; else as it is, in -1…1.
        smoothed: Average the film over 3×3 pixels first, so that sharper and softer copies of it look alike.
        dropout: Before the last layer.
    """

    architecture: Literal["mobilenet_v2"]
    alpha: float
    cut: str
    standardised: bool
    smoothed: bool
    dropout: float


@dataclass(frozen=True)
class EfficientNetLite0Config(ModelConfig):
    """An EfficientNet-Lite0 that ImageNet has taught to see, all of it trained on.

    Attributes:
        cut: Name of the last layer kept, such as `block_10_add`; empty for the whole network.
        standardised, smoothed: As MobileNetV2's.
        dropout: Before the last layer.
    """

    architecture: Literal["efficientnet_lite0"]
    cut: str
    standardised: bool
    smoothed: bool
    dropout: float


@dataclass(frozen=True)
class VGG16Config(ModelConfig):
    """A VGG16 that ImageNet has taught to see, its first part left as it is, the rest trained on.

    Attributes:
        cut: Keras's name of the last layer kept, such as `block5_pool`.
        frozen_until: Keras's name of the last layer that is left as it is.
        frozen_epochs: Films of so many epochs go through the frozen part, once; later epochs have them again, in another order.
        head: `flatten`, or `average` for global average pooling.
        dense_units: Of the layer before the last; 0 for none.
        dropout: Before the last layer.
    """

    architecture: Literal["vgg16"]
    cut: str
    frozen_until: str
    frozen_epochs: int
    head: Literal["flatten", "average"]
    dense_units: int
    dropout: float


Architecture = FiveBlockCnnConfig | MobileNetV2Config | EfficientNetLite0Config | VGG16Config


@dataclass(frozen=True)
class FitConfig:
    """The optimisation.

    Attributes:
        seed: Repeats the run: initial weights, order, augmentation, dropout.
        balanced: Draw as many films of every class each epoch (as many as the smallest has); else every film once.
        label_smoothing: Of the cross-entropy.
        teachers: Run folders of finished networks; their mean probability of the very film the network sees becomes half of
            its target (Hinton et al. 2015; Beyer et al. 2022, arXiv:2106.05237). Empty for labels alone.
        learning_rate_schedule: `plateau` (Keras's ReduceLROnPlateau) or `cosine` (to zero over all epochs).
        plateau_mode: What ReduceLROnPlateau takes for better: `min` is right for a loss.
        early_stopping_patience: In epochs without a better validation loss.
        kept_epoch: `best` by validation loss, or `last`: a rate that has fallen to zero leaves nothing to choose, and the loss
            of a few doubtful validation labels no say.
    """

    seed: int
    epochs: int
    batch_size: int
    learning_rate: float
    balanced: bool
    label_smoothing: float
    teachers: tuple[str, ...]
    learning_rate_schedule: Literal["plateau", "cosine"]
    plateau_mode: Literal["min", "max"]
    plateau_patience: int
    plateau_factor: float
    early_stopping_patience: int
    kept_epoch: Literal["best", "last"]


@dataclass(frozen=True)
class AugmentationConfig:
    """How far a film is varied, each film anew in every epoch; every range is uniform, and symmetric where nothing else is said.

    Attributes:
        smallest_crop: Least share of the film's area that is shown, anywhere in the film; 1 for the whole film always.
        rotation_degrees: Largest rotation.
        zoom: Largest relative change of scale, drawn apart for height and width.
        aspect: Largest change of log(width/height), on top of the zoom.
        shift: Largest shift as a fraction of the side.
        horizontal_flip: Mirror every second film.
        brightness: Largest change, as a fraction of white.
        contrast: Largest relative change about the film's mean.
        gamma: Largest change of log(gamma).
        blur: Largest share of a 3×3 binomial blur mixed in; negative shares sharpen, down to minus half of it.
        jpeg_quality: Lowest quality of a JPEG file that every second film goes through; 100 for none.
        shear_degrees: Largest shear.
    """

    smallest_crop: float
    rotation_degrees: float
    zoom: float
    aspect: float
    shift: float
    horizontal_flip: bool
    brightness: float
    contrast: float
    gamma: float
    blur: float
    jpeg_quality: int
    shear_degrees: float = 0.0


@dataclass(frozen=True)
class Config:
    """A whole run."""

    name: str
    title: str
    description: str
    training_population: str
    data: DataConfig
    model: Architecture
    fit: FitConfig
    augmentation: AugmentationConfig


def read_config(path: Path) -> Config:
    """Reads a config file; a bare name means one of those shipped in `training/configs/`.

    Raises:
        UsageError: No such file, not TOML, an unknown or missing key, a value of the wrong kind.
    """
    shipped = SHIPPED_CONFIGS / f"{path.name.removesuffix('.toml')}.toml"
    file = path if path.exists() else shipped
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        known = ", ".join(sorted(p.stem for p in SHIPPED_CONFIGS.glob("*.toml")))
        raise UsageError(
            f"there is no config {path}", expected=f"a TOML file, or one of the shipped: {known}"
        ) from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML", received=error) from None
    return _build(Config, values, str(file))


def write_config(config: Config, path: Path) -> None:
    """Writes all of a config, defaults included."""
    path.write_text(tomli_w.dumps(dataclasses.asdict(config)), encoding="utf-8")


T = TypeVar("T")


def _build(kind: type[T], values: dict[str, Any], where: str) -> T:
    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(values) - set(fields)):
        raise UsageError(f"{where}: unknown key {unknown[0]}", expected=f"one of {', '.join(fields)}")
    required = {name for name, field in fields.items() if field.default is dataclasses.MISSING}
    if missing := sorted(required - set(values)):
        raise UsageError(f"{where}: missing key {missing[0]}", received=f"keys {', '.join(values) or 'none'}")
    return kind(**{name: _convert(hints[name], value, f"{where}: {name}") for name, value in values.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise UsageError(f"{where} must be a table", received=value)
        return _build(hint, value, where)  # type: ignore[arg-type]
    if get_origin(hint) is UnionType:  # tables told apart by their `architecture`
        by_name = {get_args(get_type_hints(kind)["architecture"])[0]: kind for kind in get_args(hint)}
        name = value.get("architecture") if isinstance(value, dict) else None
        if name not in by_name:
            known = " or ".join(map(repr, by_name))
            raise UsageError(f"{where}: architecture is not known", received=repr(name), expected=known)
        return _build(by_name[name], value, where)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise UsageError(
                f"{where} is not known", received=repr(value), expected=" or ".join(map(repr, get_args(hint)))
            )
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise UsageError(f"{where} must be a list", received=repr(value))
        return tuple(_convert(get_args(hint)[0], item, where) for item in value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise UsageError(f"{where} is of the wrong kind", received=repr(value), expected=hint.__name__)
    return value
