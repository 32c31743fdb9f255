"""A frozen graph → the graph that is written: simplified by TensorFlow's Grappler, with operations folded and fused."""

from __future__ import annotations

from typing import Any

from tensorflow.core.protobuf import config_pb2, device_properties_pb2, meta_graph_pb2
from tensorflow.python.grappler import cluster, tf_optimizer

from export.graph_model.edit import Edit
from export.graph_model.freeze import Frozen
from export.graph_model.rewrites import (
    FUSED,
    biases_of_sums,
    fits_tensorflow_js,
    fold_batch_norms,
    fuse,
    fuse_prelu,
    recognise_prelu,
    spell_out_erfc,
)

# Grappler's passes, by TensorFlow's names for them. The first round, twice over, is what folding needs.
SIMPLIFY = ("pruning", "constfold", "arithmetic", "dependency")
CLEAN = ("constfold", "arithmetic", "dependency")
# Checks that a graph carries with it (tf.debugging); a page has nobody to tell.
CHECKS = ("Assert", "CheckNumerics", "Print", "PrintV2")


def optimise(frozen: Frozen) -> Any:
    """The same outputs from fewer and larger steps, as TensorFlow.js has them: `_FusedConv2D` and its like."""
    outputs = frozen.output_nodes
    edit = Edit(frozen.graph_def, outputs)
    spell_out_erfc(edit)
    checked = edit.nodes(*CHECKS)
    passes = (*(("debug_stripper",) if checked else ()), *SIMPLIFY, *SIMPLIFY)
    edit = Edit(_grappler(edit.finish(), outputs, passes), outputs)
    fold_batch_norms(edit)
    biases_of_sums(edit)
    for node in edit.nodes("Conv2D", "MatMul"):
        node.device = "/device:CPU:0"  # Grappler fuses these on a CPU only
    graph_def = edit.finish()
    edit = Edit(_grappler(graph_def, outputs, ("remap", *CLEAN)), outputs)
    by_grappler = fits_tensorflow_js(edit)
    if not by_grappler:
        edit = Edit(_grappler(graph_def, outputs, CLEAN), outputs)
    edit.prune("Placeholder", keep=frozen.input_nodes)  # Grappler leaves some where loops were
    recognise_prelu(edit)
    fuse(edit, {"DepthwiseConv2dNative": FUSED["DepthwiseConv2dNative"]} if by_grappler else FUSED)
    fuse_prelu(edit)
    return edit.finish()


def _grappler(graph_def: Any, outputs: list[str], passes: tuple[str, ...]) -> Any:
    """Runs Grappler's passes as for a machine with one graphics card, whatever this one has, so that all give one graph."""
    meta_graph = meta_graph_pb2.MetaGraphDef(graph_def=graph_def)
    meta_graph.collection_def["train_op"].node_list.value.extend(outputs)  # where Grappler looks for what must stay
    config = config_pb2.ConfigProto()
    config.graph_options.rewrite_options.optimizers.extend(passes)
    config.graph_options.rewrite_options.min_graph_nodes = -1  # small graphs too
    card = device_properties_pb2.NamedDevice(name="/GPU:0")
    card.properties.type = "GPU"
    card.properties.environment["architecture"] = "4"
    return tf_optimizer.OptimizeGraph(config, meta_graph, verbose=False, cluster=cluster.Cluster(devices=[card]))
