"""Times a network in LiteRT's own interpreter, which has XNNPACK: `python native.py NETWORK FILMS REPEATS`, with its package on the path."""

from __future__ import annotations

import importlib
import json
import sys
import time

import numpy as np


def main(network: str, films: int, repeats: int) -> None:
    """Prints the medians of repeats in milliseconds, after one that warms up, and the last film's logits."""
    litert = importlib.import_module("ai_edge_litert.interpreter")
    interpreter = litert.Interpreter(network, num_threads=1)
    interpreter.allocate_tensors()
    given, made = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    film = ((np.arange(np.prod(given["shape"])) * 7) % 256).reshape(given["shape"]).astype(np.float32)
    times = []
    for _ in range(repeats + 1):
        taken = []
        for _ in range(films):
            started = time.perf_counter()
            interpreter.set_tensor(given["index"], film)
            interpreter.invoke()
            taken.append(1000 * (time.perf_counter() - started))
        times.append(sorted(taken)[films // 2])
    print(json.dumps({"times": times[1:], "logits": interpreter.get_tensor(made["index"]).reshape(-1).tolist()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
