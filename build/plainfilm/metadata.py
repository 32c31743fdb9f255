"""The types of a bundle's metadata.json and predictions.json, as their JSON Schemas beside this file describe them."""

# Without postponed annotations, which would hide NotRequired from __required_keys__, by which a test compares the schemas.

from typing import Literal, NotRequired, TypedDict

Interval = tuple[float, float]  # the ends of a 95 % interval


class ImageConverter(TypedDict):
    """The way from a decoded film to the network's input."""

    height: int
    width: int
    channels: Literal[1, 3]
    view: Literal["square", "whole"]
    colour: NotRequired[Literal["grey", "rgb"]]
    sampling: NotRequired[Literal["antialias", "bilinear", "bilinear-corner", "nearest"]]
    interpolation: NotRequired[Literal["bilinear"]]
    antialias: NotRequired[Literal[True]]
    scale: float
    offset: float


class OperatingPoint(TypedDict):
    """A threshold, and how it did on one split."""

    name: str
    threshold: float
    sensitivity: float
    sensitivity_interval: NotRequired[Interval]
    specificity: float
    specificity_interval: NotRequired[Interval]
    split: str
    n: int


class Split(TypedDict):
    """What people call a split, and its number of films."""

    name: str
    title: str
    n: int


class Gate(TypedDict):
    """The out-of-distribution gate."""

    threshold: float
    within: NotRequired[float]
    kept_fraction: float
    method: str


class HeatScale(TypedDict):
    """The scale of heat maps, and the films that it was taken from."""

    scale: float
    split: str
    n: int


class LateralCheck(TypedDict):
    """The check for films from the side, and how many of `laterals` it refuses."""

    threshold: float
    kept_fraction: float
    laterals: int
    refused: int
    method: str


class Calibration(TypedDict):
    """The temperature, and the calibration error that it leaves."""

    method: Literal["temperature"]
    temperature: float
    offset: NotRequired[float]
    ece: float
    split: str
    n: int


class Measurement(TypedDict):
    """A metric on one split; `low` and `high` are the ends of its 95 % interval."""

    metric: str
    value: float
    low: float | None
    high: float | None
    n: int
    split: str


Ages = TypedDict("Ages", {"from": NotRequired[float], "to": NotRequired[float]})  # in years: from, and below


class Hospital(TypedDict):
    """Where films of a population are from, and what was measured there."""

    title: str
    seen: Literal["trained on", "validation only", "never seen"]
    trained_on: int
    evaluation: list[Measurement]


class Population(TypedDict):
    """Whose films are read by a calibration and thresholds of their own."""

    name: str
    title: str
    ages: NotRequired[Ages]
    calibration: Calibration | None
    operating_points: list[OperatingPoint]
    evaluation: list[Measurement]
    hospitals: NotRequired[list[Hospital]]


class Note(TypedDict):
    """Something assumed or left open, a sentence."""

    about: Literal["input", "measurement"]
    text: str


class Quantisation(TypedDict):
    """What storing the weights at the bundle's precision changed."""

    split: str
    n: int
    mean_abs_logit_change: float
    max_abs_logit_change: float
    decisions_changed: int


class FileEntry(TypedDict):
    """A file of the bundle."""

    path: str
    bytes: int
    sha256: str


class Version(TypedDict):
    """A package that made the bundle."""

    name: str
    version: str


class ReadAs(TypedDict):
    """How many films of a class are read as a class, on one split."""

    split: str
    label: str
    read_as: str
    n: int


class Provenance(TypedDict):
    """Where a bundle comes from."""

    commit: str | None
    versions: list[Version]
    data_sha256: str | None
    created: str


class Metadata(TypedDict):
    """metadata.json."""

    schema_version: Literal[1]
    name: str
    title: str
    description: str
    class_names: list[str]
    positive_class: str
    precision: Literal["float32", "float16", "uint8", "mixed"]
    image_converter: ImageConverter
    operating_points: list[OperatingPoint]
    splits: NotRequired[list[Split]]
    ood: Gate | None
    lateral: NotRequired[LateralCheck]
    heatmap: NotRequired[HeatScale]
    film_checks: NotRequired[dict[str, object]]  # for the page alone: shared/metadata.ts has its type
    calibration: Calibration | None
    evaluation: list[Measurement]
    populations: NotRequired[list[Population]]
    confusion_matrix: NotRequired[list[ReadAs]]
    training_population: str
    notes: NotRequired[list[Note]]
    quantisation: Quantisation | None
    files: list[FileEntry]
    provenance: Provenance


class PredictedFilms(TypedDict):
    """The positive class's probabilities of the films of one split and class, ascending; `label` numbers the class."""

    split: str
    population: NotRequired[str]
    label: int
    probabilities: list[float]
