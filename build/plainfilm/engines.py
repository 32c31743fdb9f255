"""Engines of the page (site_template/src/engine/NAME) by what Python must know of each: the binaries that it loads, and where npm puts them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """What runs a bundle's network, on the page and in Node.

    Attributes:
        binaries: File names of its WebAssembly modules.
        seldom: Those of them that few browsers load.
        folder: Folder of its binaries, below `node_modules`.
    """

    binaries: tuple[str, ...]
    seldom: tuple[str, ...]
    folder: str


# The plain module is for browsers without SIMD.
TENSORFLOW = Engine(
    binaries=("tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"),
    seldom=("tfjs-backend-wasm.wasm",),
    folder="@tensorflow/tfjs-backend-wasm/dist",
)
# The second engine, of sites that ask for it: for browsers with relaxed SIMD.
LITERT = Engine(
    binaries=("litert_wasm_internal.wasm",),
    seldom=("litert_wasm_internal.wasm",),
    folder="@litertjs/core/wasm",
)
