"""The packages that only deploying needs; where one is missing, how to get it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from plainfilm.errors import PlainfilmError

# Module → the package that it comes in.
PACKAGES = {"boto3": "boto3", "brotli": "brotli", "ghp_import": "ghp-import"}


def tool(module: str) -> Any:
    """A module of such a package.

    Raises:
        PlainfilmError: The package is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise PlainfilmError(
            f"this needs {PACKAGES[module]}, which is not installed", next_step=install_command()
        ) from None


def install_command() -> str:
    """How to install them: in a checkout by make."""
    in_checkout = (Path(__file__).parents[3] / "Makefile").is_file()
    return "make deploy-tools" if in_checkout else "pip install 'plainfilm[deploy]'"
