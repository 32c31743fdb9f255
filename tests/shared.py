"""The real films, which are not part of this repository: where they are, and what to say where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
CHEST_XRAY = SHARED / "data" / "chest_xray"
ADULTS = SHARED / "data" / "nih_adult_train"
# What `training prepare` is to be given for the films that the default network learned from.
OF_DEFAULT = ("children_and_adults", "--folder", f"guangzhou={CHEST_XRAY}", "--folder", f"nih={ADULTS}")
EXTERNAL = SHARED / "data" / "external_nih_adult"
NATIVE = SHARED / "data" / "native_train_sample"
LATERAL = SHARED / "data" / "lateral"
NOT_CHEST = SHARED / "data" / "not_chest"
DICOM = SHARED / "data" / "dicom"
FAILING_INPUTS = SHARED / "data" / "failing_inputs"
FOREIGN = SHARED / "foreign"

needs_films = pytest.mark.skipif(
    not CHEST_XRAY.is_dir(),
    reason=f"the real films are not here: {CHEST_XRAY} (phantoms stand in for them in tests/pipeline)",
)
needs_dicom = pytest.mark.skipif(
    not DICOM.is_dir(), reason=f"the real DICOM files are not here: {DICOM} (generated ones stand in for them)"
)
needs_foreign = pytest.mark.skipif(
    not FOREIGN.is_dir(),
    reason=f"other people's models are not here: {FOREIGN} (tiny ones of each kind stand in for them)",
)
needs_failing_inputs = pytest.mark.skipif(
    not FAILING_INPUTS.is_dir(),
    reason=f"the files that were read wrongly are not here: {FAILING_INPUTS} (generated ones of each kind stand in for them)",
)
needs_laterals = pytest.mark.skipif(
    not LATERAL.is_dir(), reason=f"the real lateral films are not here: {LATERAL} (drawn ones stand in for them)"
)
