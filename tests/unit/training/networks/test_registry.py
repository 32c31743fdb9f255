"""A network is one file: found by its name, configured by TOML, built and searched, with no other file edited."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.shared import REPOSITORY
from training.networks.registry import NETWORKS

NEW_NETWORK = """
from typing import Any

from training.networks.network import Network
from training.networks.readout import readout


class OneLayerConfig(Network, frozen=True, kw_only=True, tag="one_layer"):
    filters: int

    def build(self, classes: int) -> Any:
        import keras

        image = keras.Input((self.height, self.width, 1), name="image")
        x = keras.layers.Conv2D(self.filters, 3, name="convolution")(image)
        x = keras.layers.GlobalAveragePooling2D(name="average")(x)
        return keras.Model(image, readout(x, classes), name="one_layer")
"""

NEW_CONFIG = """
extends = "smoke"
name = "one_layer"
[model]
architecture = "one_layer"
height = 24
width = 24
view = "whole"
batch_normalization_momentum = 0.9
filters = 3
"""

PROGRAM = """
import sys
from pathlib import Path
import training.networks
training.networks.__path__.append(sys.argv[1])
from training.config import read_config, write_config
config = read_config(Path(sys.argv[1]) / "one_layer.toml")
assert not {"keras", "tensorflow", "optuna"} & set(sys.modules), "reading a configuration needs no TensorFlow"
write_config(config, Path(sys.argv[1]) / "again.toml")
assert read_config(Path(sys.argv[1]) / "again.toml") == config
from training.networks.network import build_model
print(build_model(config.model, 3).count_params())
"""


def test_the_shipped_networks_are_found_by_their_files() -> None:
    shipped = {
        "efficientnet_lite0": "EfficientNetLite0Config",
        "five_block_cnn": "FiveBlockCnnConfig",
        "mobilenet_v2": "MobileNetV2Config",
        "vgg16": "VGG16Config",
    }
    assert {name: NETWORKS[name].__name__ for name in shipped} == shipped


def test_a_new_network_is_its_file_and_a_toml(tmp_path: Path) -> None:
    (tmp_path / "one_layer.py").write_text(NEW_NETWORK)
    (tmp_path / "one_layer.toml").write_text(NEW_CONFIG)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == str(3 * 9 + 3 + 3 * 3 + 3)
