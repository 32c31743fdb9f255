"""Whatever is asked of a command, with whatever in its folders: an answer in words and an exit code, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.arguments import Verb, command_lines, verbs
from tests.hostile.called import call
from tests.hostile.places import write_places

EXAMPLES = 12
# They would build for seconds whatever is wrong elsewhere: always given something that is none.
BUILDS = {"build_site build", "build_site serve"}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_places(tmp_path_factory.mktemp("places"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder; no answer from a server that is not there is waited for."""
    for name, value in {"AWS_MAX_ATTEMPTS": "1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.mark.parametrize("verb", verbs(), ids=str)
def test_no_arguments_and_no_place_end_a_command_in_a_traceback(
    verb: Verb, places: dict[str, Path], here: Path
) -> None:
    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=[*HealthCheck]
    )
    @given(command_lines(verb, places), st.sampled_from(list(places.values())))
    def ask(arguments: list[str], nothing: Path) -> None:
        more = ["--bundle", str(nothing)] if str(verb) in BUILDS else []
        answer = call(verb.command, [*arguments, *more], cwd=here)
        assert answer.fault is None, (arguments, answer.fault)

    ask()
