"""A folder in which the README's own commands have been run, from a downloaded archive to a site."""

from __future__ import annotations

import re
import shlex
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from tests import documents
from tests.command import run
from tests.deployed import aws_environment, git, s3_server
from training.config import SHIPPED_CONFIGS
from training.films.phantom import write_dataset

# What the README calls its films and its run.
DATA, NAME = "chest_xray", "mobilenet_v2"

# What stands in for what no test has or waits for: pattern, replacement, reason.
INSTEAD = [
    (r"\bfit mobilenet_v2$", "fit small.toml", "half an hour of training on films that are not part of the repository"),
    (r"^python -m export runs/\S+$", r"\g<0> --out models --precision float32", "export/models/ keeps what ships"),
    (r"^python -m export refusals .*$", r"\g<0> --models models", "as above"),
    (r"\bexport/models/", "models/", "as above"),
    (r"deploy s3://\S+$", r"\g<0> --dry-run", "compressing takes a while; tests/browser/test_deployed.py does it all"),
    (r"--for nginx$", r"\g<0> --dry-run", "as above; tests/unit/build_site/deploy/folder serves one by nginx"),
    (r"deploy gh-pages$", r"\g<0> --remote there.git", "a repository to push to"),
    (r"\bruns/five_block_cnn\b", f"runs/{NAME}", "one network is trained, and compared with itself"),
]


def command_of(line: str) -> list[str]:
    """A documented line as a test runs it, without `python -m`."""
    for pattern, replacement, _ in INSTEAD:
        line = re.sub(pattern, replacement, line)
    return shlex.split(line)[2:]


@pytest.fixture(scope="session")
def your_bucket() -> Iterator[None]:
    """The documents' `s3://your-bucket`, on a server that stands in for Amazon's."""
    with pytest.MonkeyPatch.context() as patch:
        aws_environment(patch)
        with s3_server() as server:
            server.client.create_bucket(Bucket="your-bucket")
            patch.setenv("AWS_ENDPOINT_URL", server.url)
            yield


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory, your_bucket: None) -> Path:
    """`chest_xray/`, `training/prepared/`, `runs/`, `models/` and `dist/`, of phantoms and the network of smoke.toml; and
    `there.git` to push to."""
    here = tmp_path_factory.mktemp("pipeline")
    write_download(here / "archive.zip", tmp_path_factory.mktemp("download") / DATA)
    config: dict[str, Any] = tomllib.loads((SHIPPED_CONFIGS / "smoke.toml").read_text("utf-8"))
    config["name"] = NAME
    config["data"] |= {"prepared": f"training/prepared/{DATA}", "phantom_films": 0}
    git(here, "init", "--quiet", "--bare", "there.git")
    (here / "small.toml").write_text(tomli_w.dumps(config), "utf-8")
    for line in documents.shell_lines(documents.section("README.md", "From the Kaggle download to a hosted page")):
        if line.startswith("python -m "):
            run(*command_of(line), cwd=here)
    return here


def write_download(archive: Path, drawn: Path) -> None:
    """Phantoms, packed as Kaggle packs its films, with what a Mac leaves in archives beside them."""
    write_dataset(drawn, films_per_class=60, seed=11)
    with zipfile.ZipFile(archive, "w") as packed:
        for film in sorted(drawn.rglob("*.jpeg")):
            packed.write(film, film.relative_to(drawn.parent))
        packed.writestr(f"{DATA}/__MACOSX/._train", b"")
