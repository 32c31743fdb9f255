"""Packages import in one direction: plainfilm ← training ← export, plainfilm ← build_site. Modules never import in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.shared import REPOSITORY

SOURCES = {"plainfilm": "build/plainfilm", "build_site": "build/build_site", "training": "training", "export": "export"}
# What each package may import of the others.
ALLOWED = {
    "plainfilm": set[str](),
    "build_site": {"plainfilm"},
    "training": {"plainfilm"},
    "export": {"plainfilm", "training"},
}


def modules(root: Path, package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name; a package's `__init__` goes by the package's own."""
    folder = root / SOURCES[package]
    return {
        ".".join([package, *path.relative_to(folder).with_suffix("").parts]).removesuffix(".__init__"): path
        for path in folder.rglob("*.py")
        if "node_modules" not in path.parts
    }


def imported(path: Path, known: set[str]) -> Iterator[str]:
    """Modules of ours that a file imports anywhere, inside its functions and for type checking too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            while name and name not in known:
                name = name.rpartition(".")[0]
            if name:
                yield name


def arrows(root: Path) -> dict[str, set[str]]:
    """The modules that each module imports."""
    every = {name: path for package in SOURCES for name, path in modules(root, package).items()}
    return {name: set(imported(path, set(every))) - {name} for name, path in every.items()}


def backward(found: dict[str, set[str]]) -> list[str]:
    """Imports of one package by another that may not, in words."""
    return [
        f"{name} imports {other}"
        for name, others in sorted(found.items())
        for other in sorted(others)
        if (package := name.split(".")[0]) != other.split(".")[0] and other.split(".")[0] not in ALLOWED[package]
    ]


def circle(found: dict[str, set[str]]) -> list[str]:
    """The modules of one circle of imports, in their order; empty where there is none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        return names
    return []


def test_no_package_imports_one_that_stands_on_it() -> None:
    assert backward(arrows(REPOSITORY)) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(arrows(REPOSITORY)) == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Four packages of one module each, which import nothing."""
    for source in SOURCES.values():
        (tmp_path / source).mkdir(parents=True)
        (tmp_path / source / "__init__.py").write_text("")
        (tmp_path / source / "room.py").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "named"),
    [
        ("training/room.py", "import export.room", "training.room imports export.room"),
        ("training/room.py", "def late():\n    from export import room", "training.room imports export.room"),
        ("build/plainfilm/room.py", "from training.room import film", "plainfilm.room imports training.room"),
        ("build/build_site/room.py", "import export", "build_site.room imports export"),
    ],
)
def test_an_arrow_that_runs_back_is_named(house: Path, module: str, line: str, named: str) -> None:
    (house / module).write_text(line)
    assert backward(arrows(house)) == [named]


def test_an_arrow_that_runs_forward_is_allowed(house: Path) -> None:
    (house / "export/room.py").write_text("from training.room import film\nfrom plainfilm import room")
    assert backward(arrows(house)) == []


def test_a_circle_is_named(house: Path) -> None:
    (house / "training/room.py").write_text("from training import hall")
    (house / "training/hall.py").write_text("from training.room import film")
    assert set(circle(arrows(house))) == {"training.room", "training.hall"}
