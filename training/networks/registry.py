"""The networks there are: each module `NAME.py` of this package that holds a `Network` with the tag NAME.

Reading a configuration imports all of them, so they import Keras inside their functions.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Union

import training.networks
from training.networks.network import Network


def find_networks() -> dict[str, type[Network]]:
    """Architecture → its configuration, sorted."""
    found = {}
    for module in sorted(pkgutil.iter_modules(training.networks.__path__), key=lambda each: each.name):
        for value in vars(import_module(f"training.networks.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Network) and value.__struct_config__.tag == module.name:
                found[module.name] = value
    return found


NETWORKS = find_networks()

# What `[model]` of a configuration may be: msgspec chooses by `architecture`, mypy sees the base.
if TYPE_CHECKING:
    AnyNetwork = Network
else:
    AnyNetwork = Union[tuple(NETWORKS.values())]  # noqa: UP007
