"""The steps of the GAN's optimisers: as large relative to every kernel."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from training.gan.step import MAPPING_RATE, EqualisedAdam


@pytest.mark.parametrize(
    ("name", "shape", "share"),
    [
        ("bias", (5,), 1.0),
        ("dense/kernel", (16, 5), 1 / 4),
        ("convolution/kernel", (3, 3, 4, 5), 1 / 6),
        ("mapping_0/kernel", (16, 5), MAPPING_RATE / 4),
        ("mapping_0/bias", (5,), MAPPING_RATE),
    ],
)
@pytest.mark.parametrize("size", [1e-3, 1e3])
def test_a_step_goes_by_the_inputs_of_a_kernel_and_by_no_gradient(
    name: str, shape: tuple[int, ...], share: float, size: float
) -> None:
    path, _, last = name.rpartition("/")
    with keras.name_scope(path or "layer"):
        variable = keras.Variable(np.zeros(shape, np.float32), name=last)
    optimiser = EqualisedAdam(0.01, beta_1=0.0, beta_2=0.99, epsilon=1e-8)
    optimiser.build([variable])
    optimiser.apply([keras.ops.full(shape, size)], [variable])
    np.testing.assert_allclose(np.asarray(variable), -0.01 * share, rtol=1e-3)
