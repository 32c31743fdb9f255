"""Storage of weights: what a stored network computes is known before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export import graph, ood
from export.graph import Readout
from export.network.fold import fold
from export.network.steps import Network
from export.quantise import STORED_AS, as_stored, compare, readout_as_stored
from export.source import Source, read_source
from plainfilm.bundle import Precision
from tests.unit.export.network.keras_models import KINDS
from tests.unit.export.network.test_fold import efficientnet, vgg

PLAIN = Readout(temperature=1.0, positive=1, gate=None)


@pytest.fixture
def source(finished_run: Path) -> Source:
    return read_source(finished_run, None)


@pytest.mark.parametrize("precision", ["float32", "float16", "uint8", "mixed"])
def test_storing_what_was_stored_changes_nothing_more(make_model: Any, precision: Precision) -> None:
    once = as_stored(fold(make_model(), 1), precision)
    twice = as_stored(once, precision)
    first, second = kernels(once), kernels(twice)
    assert len(first) == 5
    for name, kernel in first.items():
        np.testing.assert_allclose(kernel, second[name], rtol=1e-5, atol=1e-8)


def test_the_last_kernel_is_the_one_that_gives_the_logits_whatever_follows() -> None:
    assert list(kernels(fold(KINDS["dense blocks"](1, 3, "softmax"), 1)))[-1].startswith("last/")


def test_fewer_bits_move_the_logits_more(make_model: Any, films: Any) -> None:
    network = fold(make_model(), 1)

    def moved(precision: Precision) -> float:
        return largest_move(network, as_stored(network, precision), films(6))

    assert moved("float32") == 0
    assert 0 < moved("float16") < 0.01
    assert moved("float16") < moved("uint8") < 0.5
    assert 0 < moved("mixed") < moved("uint8")


def largest_move(before: Network, after: Network, films: Any) -> float:
    """How far the logits of any of the films lie apart."""
    of_both = [graph.outputs(each, PLAIN, films)["logit"].numpy() for each in (before, after)]
    return float(np.abs(of_both[0] - of_both[1]).max())


@pytest.mark.parametrize("precision", ["uint8", "mixed"])
@pytest.mark.parametrize(("make", "cut"), [(vgg, "block2_pool"), (efficientnet, "")])
def test_biases_make_up_for_what_levels_move_on_average(make: Any, cut: str, precision: Precision) -> None:
    network = fold(make(cut), 1)
    noise = np.random.default_rng(1).uniform(0, 255, (60, *network.shape)).astype(np.float32)
    fitted, others = noise[:30], noise[30:]
    corrected, plain = as_stored(network, precision, fitted), as_stored(network, precision)
    assert kernels(corrected).keys() == kernels(plain).keys()
    for name, kernel in kernels(plain).items():
        np.testing.assert_array_equal(kernel, kernels(corrected)[name])
    assert largest_move(network, corrected, others) < largest_move(network, plain, others)


def test_half_precision_leaves_the_biases_alone(make_model: Any, films: Any) -> None:
    network = fold(make_model(), 1)
    for before, after in zip(network.steps, as_stored(network, "float16", films(4)).steps, strict=True):
        np.testing.assert_array_equal(before.weights.get("bias", 0), after.weights.get("bias", 0))


def test_the_smallest_kernels_an_eighth_of_the_values_are_never_in_levels() -> None:
    found = kernels(fold(efficientnet(""), 1))
    sizes = {role: [each.size for name, each in found.items() if name.startswith(role)] for role in ("small", "inner")}
    assert 0 < sum(sizes["small"]) <= sum(sizes["small"] + sizes["inner"]) / 8
    assert max(sizes["small"]) <= min(sizes["inner"])


def test_the_zero_column_of_a_sigmoid_stays_zero_in_256_levels(make_model: Any) -> None:
    stored = as_stored(fold(make_model(), 1), "uint8")
    np.testing.assert_array_equal(stored["logit"].weights["kernel"][:, 0], 0)


def test_the_gate_is_never_stored_below_half_precision() -> None:
    whitening = np.linspace(-3, 3, 16, dtype=np.float32).reshape(4, 4)
    gate = ood.Gate((ood.MapStatistics(np.zeros(4, np.float32), whitening),))
    stored = readout_as_stored(Readout(1.0, 1, gate), "uint8").gate
    assert stored is not None
    np.testing.assert_array_equal(stored.maps[0].whitening, whitening.astype(np.float16).astype(np.float32))
    assert "*whitening" in STORED_AS["uint8"]["float16"]


def test_changes_are_counted_in_logits_and_in_decisions(source: Source) -> None:
    before = np.array([[0, 1.0], [0, 0.1], [0, -2.0]], np.float32)  # the threshold of the run, 0.5, is at logit 0
    after = np.array([[0, 1.5], [0, -0.1], [0, -2.0]], np.float32)
    change = compare("val", before, after, source.subject)
    assert (change.n, change.decisions_changed) == (3, 1)
    assert change.mean_abs_logit_change == pytest.approx(0.7 / 3)
    assert change.max_abs_logit_change == pytest.approx(0.5)
    assert str(change) == "logits changed by 0.23 on average, 0.5 at most; 1 of 3 decisions changed"


def kernels(network: Network) -> dict[str, Any]:
    found: dict[str, Any] = {}
    network.with_kernels(lambda name, kernel: found.setdefault(name, kernel))
    return found


@pytest.mark.parametrize(("make", "cut", "first"), [(vgg, "block2_pool", "block1_conv1"), (efficientnet, "", "stem")])
def test_bytes_are_for_inner_kernels_only(make: Any, cut: str, first: str) -> None:
    network = fold(make(cut), 1)
    exact, stored = kernels(network), kernels(as_stored(network, "uint8"))
    whole = {name for name, kernel in exact.items() if np.array_equal(stored[name], kernel)}
    halves = {name for name, kernel in exact.items() if np.array_equal(stored[name], kernel.astype(np.float16))}
    assert whole == {name for name in exact if "depthwise" in name} | {f"first/{first}_kernel"}
    assert halves == {"last/logit_kernel"} | {name for name in exact if name.startswith("small/")}
    assert all(len(np.unique(stored[name])) <= 256 for name in set(exact) - whole - halves)
