"""Opening a layers-model of TensorFlow.js: the configuration of a Keras model in model.json, and shards of weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from export.foreign.keras.safety import check_config, in_float32
from export.foreign.tfjs.weights import read_weights


def open_layers_model(model_json: Path, content: Any) -> Any:
    """The Keras model of a model.json whose content is given.

    Raises:
        ForeignError: Its weights are not all there, or it has layers that Keras does not.
    """
    arrays = read_weights(model_json, content.get("weightsManifest"))
    # After the weights: a missing file is told within a second, before Keras is imported.
    from export.foreign.keras.keras2 import build
    from export.foreign.keras.weights import assign

    topology = content["modelTopology"]
    config = topology.get("model_config", topology)
    config = in_float32(json.loads(config) if isinstance(config, str) else config)
    check_config(config, model_json)
    model = build(config, model_json)
    assign(model, arrays, model_json)
    return model
