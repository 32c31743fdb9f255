"""Changing a GraphDef: nodes by name, who reads them, taking nodes away and putting others in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tensorflow.core.framework import graph_pb2, node_def_pb2
from tensorflow.python.framework import tensor_util


def node_of(reference: str) -> str:
    """The node that an input names: `conv`, `conv:1` and `^conv` are all of the node `conv`."""
    return reference.removeprefix("^").partition(":")[0]


class Edit:
    """A graph that is being changed, in place; `finish` gives what has become of it.

    Rewrites ask `only_reader` before they change a node, so that nothing else of the graph changes with it.
    """

    def __init__(self, graph_def: Any, outputs: list[str]) -> None:
        self._source = graph_def
        self._outputs = frozenset(outputs)
        self._nodes = {node.name: node for node in graph_def.node}

    def nodes(self, *ops: str) -> list[Any]:
        """The nodes of these operations as they are now, in their order."""
        return [node for node in self._nodes.values() if node.op in ops]

    def any(self, question: Callable[[Any], bool]) -> bool:
        """Whether the answer is yes for any node."""
        return any(map(question, self._nodes.values()))

    def input(self, node: Any, place: int) -> Any:
        """The node that `node` reads at this place."""
        return self._nodes[node_of(node.input[place])]

    def only_reader(self, node: Any) -> Any | None:
        """The one node that reads `node`, its first output and once; None where there is no such one."""
        readers = self._readers(node.name)
        once = len(readers) == 1 and node.name not in self._outputs
        return readers[0] if once and list(readers[0].input).count(node.name) == 1 else None

    def constant(self, node: Any) -> Any:
        """The array that a constant holds; None for any other node."""
        return tensor_util.MakeNdarray(node.attr["value"].tensor) if node.op == "Const" else None

    def merge(self, node: Any, into: Any) -> None:
        """Takes `node` away; what read it reads `into` instead. An output of the graph stays, as another name of `into`."""
        names = {node.name: into.name, f"^{node.name}": f"^{into.name}"}
        for reader in self._readers(node.name):
            reader.input[:] = [names.get(reference, reference) for reference in reader.input]
        if node.name in self._outputs:
            node.op = "Identity"
            node.input[:] = [into.name]
        else:
            self.remove(node)

    def remove(self, node: Any) -> None:
        """Takes a node away that nothing reads any more."""
        del self._nodes[node.name]

    def prune(self, op: str, keep: list[str]) -> None:
        """Takes away the nodes of an operation that nothing reads, but for those to keep."""
        for node in self.nodes(op):
            if node.name not in keep and not self._readers(node.name):
                self.remove(node)

    def append(self, node: Any) -> None:
        """Lists a node after all others, a new one or one that was there."""
        self._nodes.pop(node.name, None)
        self._nodes[node.name] = node

    def finish(self) -> Any:
        """The graph as it is now."""
        result = graph_pb2.GraphDef()
        result.node.extend(self._nodes.values())
        result.library.CopyFrom(self._source.library)
        result.versions.CopyFrom(self._source.versions)
        return result

    def _readers(self, name: str) -> list[Any]:
        return [node for node in self._nodes.values() if any(node_of(reference) == name for reference in node.input)]


def new_node(name: str, op: str, *inputs: str) -> Any:
    """A node that is in no graph yet."""
    return node_def_pb2.NodeDef(name=name, op=op, input=inputs)


def constant_node(name: str, value: Any) -> Any:
    """A constant that is in no graph yet."""
    node = new_node(name, "Const")
    set_constant(node, value)
    return node


def set_constant(node: Any, value: Any) -> None:
    """Gives a constant this value."""
    proto = tensor_util.make_tensor_proto(np.asarray(value))
    node.attr["dtype"].type = proto.dtype
    node.attr["value"].tensor.CopyFrom(proto)
