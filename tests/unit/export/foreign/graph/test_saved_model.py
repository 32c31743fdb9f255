"""SavedModels of TensorFlow 2 and 1: what they serve, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import config

from export.foreign.model import ForeignError
from export.foreign.open import open_foreign
from plainfilm.errors import PlainfilmError
from tests.unit.export.foreign.foreign_files import SIZE, check, options, pictures

SEED = (1, 2)
KERNEL = np.random.default_rng(8).normal(0, 0.4, (3, 3, 3, 3)).astype(np.float32)


def save(folder: Path, function: Any, *, shape: Any = (None, SIZE, SIZE, 3), dtype: Any = tf.float32) -> Path:
    module = tf.Module()
    module.kernel = tf.Variable(KERNEL)
    module.serve = tf.function(
        lambda image: function(image, module.kernel), [tf.TensorSpec(shape, dtype)], autograph=False
    )
    tf.saved_model.save(module, str(folder), signatures=module.serve)
    return folder


def scores(image: Any, kernel: Any) -> Any:
    return tf.reduce_mean(tf.nn.conv2d(image, kernel, 1, "SAME"), [1, 2])


def probabilities_of(images: Any) -> Any:
    return tf.nn.softmax(scores(images / 255, KERNEL))


def test_a_saved_model_gives_what_it_serves(tmp_path: Path) -> None:
    images = pictures()
    folder = save(tmp_path / "model", lambda image, kernel: {"scores": tf.nn.softmax(scores(image, kernel))})
    for path in (folder, folder / "saved_model.pb", tmp_path):
        opened = check(path, probabilities_of(images), options(), images)
        assert opened.kind == "a TensorFlow SavedModel"
        assert opened.network is not None
    shutil.rmtree(folder / "variables")
    with pytest.raises(ForeignError, match=r"(?s)cannot be loaded.*saved_model.pb and variables/"):
        open_foreign(folder, options())
    (folder / "saved_model.pb").write_bytes(b"\x08\x01\x12\xff\xff")
    with pytest.raises(ForeignError, match="is damaged"):
        open_foreign(folder, options())


def test_a_subclassed_model_of_keras_is_opened_by_its_export(tmp_path: Path) -> None:
    class Subclassed(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.convolution, self.head = keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.Dense(1)

        def call(self, x: Any) -> Any:
            return keras.ops.sigmoid(self.head(keras.ops.mean(self.convolution(x / 255), axis=(1, 2))))

    model, images = Subclassed(), pictures(1)
    sick = np.asarray(model(images))
    model.export(tmp_path / "model", verbose=False)
    (tmp_path / "model/labels.txt").write_bytes(b"\xef\xbb\xbfwell\r\nsick\r\n")
    opened = check(tmp_path / "model", np.concatenate([1 - sick, sick], -1), options(None, None), images)
    assert opened.class_names == ("well", "sick")
    assert opened.scaling == "0..255"
    assert opened.network is not None
    assert any("probability of the second class, sick" in note for note in opened.notes)


def test_constants_that_keras_exports_as_inputs_are_not_taken_for_pictures(tmp_path: Path) -> None:
    layers = keras.layers
    scaled = layers.Normalization(mean=[120.0, 110.0, 100.0], variance=[50.0**2] * 3)
    model = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), scaled, layers.Flatten(), layers.Dense(3, activation="softmax")]
    )
    model.export(tmp_path / "model", verbose=False)
    images = pictures()
    assert check(tmp_path / "model", model(images), options(3, None), images).scaling == "0..255"


def test_a_saved_model_of_tensorflow_1_gives_what_it_serves(tmp_path: Path) -> None:
    images = pictures()
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        image = tf.compat.v1.placeholder(tf.float32, [None, SIZE, SIZE, 3])
        logits = scores(image, tf.compat.v1.get_variable("kernel", initializer=KERNEL))
        outputs = {"probabilities": tf.nn.softmax(logits), "classes": tf.argmax(logits, -1)}
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.saved_model.simple_save(session, str(tmp_path / "old"), {"image": image}, outputs)
    check(tmp_path / "old", probabilities_of(images), options(), images)


def test_a_saved_model_that_reads_files_is_not_loaded(tmp_path: Path) -> None:
    def spying(image: Any, kernel: Any) -> Any:
        return scores(image, kernel) + tf.cast(tf.strings.length(tf.io.read_file("/etc/hostname")), tf.float32)

    with pytest.raises(ForeignError, match=r"(?s)does more than compute.*ReadFile"):
        open_foreign(save(tmp_path, spying), options())


def test_pixels_in_whole_numbers_are_taken_as_they_are(tmp_path: Path) -> None:
    def whole(image: Any, kernel: Any) -> Any:
        return scores(tf.cast(image, tf.float32) / 255, kernel)

    opened = open_foreign(save(tmp_path, whole, dtype=tf.uint8), options(scaling=None))
    assert opened.scaling == "0..255"
    with pytest.raises(ForeignError, match=r"(?s)takes whole numbers.*--input 0..1.*leave --input out"):
        open_foreign(tmp_path, options(scaling="0..1"))
    images = np.round(pictures())
    np.testing.assert_allclose(opened.logits(images), scores(images / 255, KERNEL), atol=1e-5)


def test_channels_that_come_first_are_turned(tmp_path: Path) -> None:
    def turned(image: Any, kernel: Any) -> Any:
        return scores(tf.transpose(image, [0, 2, 3, 1]), kernel)

    images = pictures()
    check(save(tmp_path, turned, shape=(1, 3, SIZE, SIZE)), probabilities_of(images), options(), images)


@pytest.fixture
def by_chance() -> Iterator[None]:
    """TensorFlow draws other numbers each time, though a test that trained before may have asked for the same ones."""
    was_asked = config.is_op_determinism_enabled()
    config.disable_op_determinism()
    yield
    if was_asked:
        config.enable_op_determinism()


def drawn() -> Any:
    return tf.raw_ops.RandomStandardNormal(shape=[3], dtype=tf.float32)


def printed(values: Any) -> Any:
    with tf.control_dependencies([tf.print("seen", output_stream="file:///tmp/plainfilm_never_written")]):
        return tf.identity(values)


def len_of(lines: Any) -> Any:
    return tf.cast(lines.reduce(np.int64(0), lambda count, _: count + 1), tf.float32)


def looped(image: Any, kernel: Any) -> Any:
    times = [tf.constant(0), scores(image, kernel)]
    return tf.while_loop(lambda n, _: n < 3, lambda n, x: (n + 1, x * 1.1), times)[1]


@pytest.mark.parametrize(
    ("function", "spec", "message"),
    [
        (lambda text, _: tf.strings.length(text), {"shape": [None], "dtype": tf.string}, "encoded files, not pixels"),
        (
            lambda image, kernel: {"detection_scores": scores(image, kernel), "detection_boxes": tf.zeros([1, 5, 4])},
            {},
            "finds objects and their boxes",
        ),
        (lambda image, kernel: {"a": scores(image, kernel), "b": image}, {}, r"(?s)more than one result.*a float32"),
        (lambda image, kernel: tf.nn.conv2d(image, kernel, 1, "SAME"), {}, "gives a picture or map"),
        (lambda image, kernel: scores(image, kernel), {"shape": [None, None, None, 3]}, "does not say how large"),
        (lambda image, kernel: tf.argmax(scores(image, kernel), -1), {}, r"(?s)no number for each class.*argmax"),
        (
            lambda image, kernel: scores(image - tf.reduce_mean(image), kernel),
            {},
            "otherwise when others are read with it",
        ),
        (lambda image, kernel: scores(image, kernel) + drawn(), {}, "draws random numbers"),
        (
            lambda image, kernel: scores(image, kernel) + tf.random.stateless_normal([3], SEED),
            {},
            "draws random numbers",
        ),
        (
            lambda image, kernel: (
                scores(image, kernel) + tf.raw_ops.StatelessTruncatedNormal(shape=[3], seed=SEED, dtype=tf.float32)
            ),
            {},
            "draws random numbers",
        ),
        (
            lambda image, kernel: tf.gather(
                scores(image, kernel), tf.random.experimental.stateless_shuffle(tf.range(3), SEED), axis=1
            ),
            {},
            "draws random numbers",
        ),
        (lambda image, kernel: printed(scores(image, kernel)), {}, r"(?s)more than compute.*PrintV2"),
        (
            lambda image, kernel: scores(image, kernel) + len_of(tf.data.TextLineDataset("/dev/null")),
            {},
            r"(?s)more than compute.*TextLineDataset",
        ),
        (looped, {}, r"(?s)cannot be computed.*without loops"),
        (lambda image, kernel: scores(image, kernel) / 0, {}, "gives no numbers"),
    ],
)
@pytest.mark.usefixtures("by_chance")
def test_what_does_not_classify_pictures_is_refused(function: Any, spec: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match=message):
        open_foreign(save(tmp_path, function, **spec), options())


def with_table(words: Path, used: bool) -> Any:
    """Serves scores; a table of the classes' names, filled from a file of the model's own, is added to them or lies beside."""
    words.write_text("well\nsick\nsicker\n")
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    filled = tf.lookup.TextFileInitializer(str(words), tf.string, whole, tf.int64, number)
    module = tf.Module()
    module.table, module.kernel = tf.lookup.StaticHashTable(filled, -1), tf.Variable(KERNEL)

    def serve(image: Any) -> Any:
        found = scores(image, module.kernel)
        return found + tf.cast(module.table.lookup(tf.constant("sick")), tf.float32) if used else found

    module.serve = tf.function(serve, [tf.TensorSpec((None, SIZE, SIZE, 3), tf.float32)], autograph=False)
    return module


def test_a_table_of_names_beside_the_network_does_no_harm_and_one_within_is_named(tmp_path: Path) -> None:
    for used in (True, False):
        module = with_table(tmp_path / "words.txt", used)
        tf.saved_model.save(module, str(tmp_path / f"{used}"), signatures=module.serve)
    open_foreign(tmp_path / "False", options())
    with pytest.raises(PlainfilmError, match="needs a lookup table"):
        open_foreign(tmp_path / "True", options())
    (tmp_path / "False" / "assets" / "words.txt").unlink()
    (tmp_path / "False" / "assets" / "words.txt").symlink_to("/dev/zero")
    with pytest.raises(ForeignError, match=r"(?s)more than compute.*InitializeTableFromTextFile"):
        open_foreign(tmp_path / "False", options())


def test_a_generator_of_random_numbers_is_named(tmp_path: Path) -> None:
    module = tf.Module()
    module.kernel, module.generator = tf.Variable(KERNEL), tf.random.Generator.from_seed(3)
    spec = tf.TensorSpec((None, SIZE, SIZE, 3), tf.float32)
    module.serve = tf.function(lambda image: scores(image, module.kernel) + module.generator.normal([3]), [spec])
    tf.saved_model.save(module, str(tmp_path), signatures=module.serve)
    with pytest.raises(PlainfilmError, match="draws random numbers"):
        open_foreign(tmp_path, options())
