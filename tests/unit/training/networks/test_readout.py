"""Logits of all classes, whatever the network's last layer is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from tests.unit.training.networks.small import MOBILENET
from training.networks.network import build_model
from training.networks.readout import logit_model, loss_of, targets_of


@pytest.mark.parametrize("classes", [2, 3])
def test_the_softmax_of_the_logits_is_what_the_network_gives(classes: int) -> None:
    model = build_model(MOBILENET, classes)
    films = np.random.default_rng(1).uniform(0, 255, (3, 32, 32, 1)).astype(np.float32)
    logits, given = np.asarray(logit_model(model)(films)), np.asarray(model(films))
    assert logits.shape == (3, classes)
    np.testing.assert_allclose(softmax(logits, axis=1)[:, -given.shape[1] :], given, atol=1e-6)
    if classes == 2:
        assert not logits[:, 0].any(), "the other class has the logit 0"


@pytest.mark.parametrize("classes", [2, 3])
def test_targets_fit_the_outputs_of_a_network_and_its_loss(classes: int) -> None:
    targets = targets_of(np.array([0, 1, classes - 1]), classes)
    sure = np.clip(targets, 1e-4, 1 - 1e-4)
    assert float(loss_of(classes, 0.0)(targets, sure)) < 1e-3
    assert float(loss_of(classes, 0.1)(targets, sure)) > 0.1
