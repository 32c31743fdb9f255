"""The site's own checks catch what must never be published."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from build_site.check import CheckError, check


@pytest.fixture
def files(tiny_site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(tiny_site).as_posix(): path.read_bytes() for path in tiny_site.rglob("*") if path.is_file()
    }


def test_a_built_site_passes(files: dict[str, bytes]) -> None:
    check(files)


def edited(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def edit(files: dict[str, bytes]) -> None:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    return edit


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (
            edited("index.html", "</body>", '<img src="https://example.org/pixel.png"></body>'),
            "loads https://example.org/pixel.png",
        ),
        (
            edited("index.html", "</body>", '<script src="//cdn.example/x.js"></script></body>'),
            "loads //cdn.example/x.js",
        ),
        (edited("index.html", "</body>", '<a href="help.html">help</a></body>'), "links to help.html"),
        (edited("index.html", "</body>", '<a href="#nowhere">there</a></body>'), "links to #nowhere"),
        (edited("index.html", "<main>", '<main onclick="go()">'), "inline attribute onclick"),
        (edited("index.html", "location.replace(", "location.assign("), "does not hold the hash of its script"),
        (edited("standalone.html", "--ground:", "--floor:"), "does not hold the hash of its style"),
        (edited("index.html", "script-src 'self'", "script-src 'self' 'unsafe-inline'"), "too wide"),
        (edited("index.html", "connect-src 'self'", "connect-src https://example.org"), "too wide"),
        (edited("standalone.html", "default-src 'none'", "default-src 'self'"), "no strict Content-Security-Policy"),
    ],
)
def test_a_page_that_is_not_right_is_named(
    files: dict[str, bytes], edit: Callable[[dict[str, bytes]], None], complaint: str
) -> None:
    edit(files)
    with pytest.raises(CheckError, match=complaint.replace("(", r"\(")):
        check(files)


def test_a_stylesheet_that_loads_something_is_named(files: dict[str, bytes]) -> None:
    style = next(path for path in files if path.endswith(".css"))
    files[style] += b"body{background:url(https://example.org/x.png)}"
    with pytest.raises(CheckError, match=r"example\.org"):
        check(files)


def test_a_missing_weight_file_is_named(files: dict[str, bytes]) -> None:
    del files[next(path for path in files if path.endswith(".bin"))]
    with pytest.raises(CheckError, match=r"\.bin is missing"):
        check(files)


def test_a_missing_engine_binary_is_named(files: dict[str, bytes]) -> None:
    del files[next(path for path in files if path.endswith(".wasm"))]
    with pytest.raises(CheckError, match=r"\.wasm, which is not in the site"):
        check(files)


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("assets/page-*.js", "index.html: runs assets/page-"),
        ("assets/worker-*.js", "does not hold the hash of assets/worker-"),
        ("assets/formats-*.js", "does not hold the hash of assets/formats-"),
        ("assets/measure-*.js", "does not hold the hash of assets/measure-"),
        ("assets/later-*.js", "does not hold the hash of assets/later-"),
        ("assets/*.wasm", r"does not hold the hash of assets/tfjs"),
        ("models/*/metadata.json", "does not hold the hash of the metadata.json of tiny"),
    ],
)
def test_a_file_that_is_not_what_the_page_was_built_with_is_named(
    files: dict[str, bytes], pattern: str, complaint: str
) -> None:
    files[next(path for path in files if fnmatch(path, pattern))] += b"\n"
    with pytest.raises(CheckError, match=complaint):
        check(files)
