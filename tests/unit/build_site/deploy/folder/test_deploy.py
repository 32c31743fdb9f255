"""Deploying to a folder: by itself and for the hosts, over what was there and beside what is not ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from build_site.deploy.built import MANIFEST
from build_site.deploy.folder.host import Host
from build_site.deploy.folder.hosts import HOSTS
from build_site.deploy.tools import tool
from build_site.site import is_site
from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError, UsageError
from tests.deployed import FILES, NEXT, PART, WEIGHTS, deploy, write_site


def files_in(folder: Path) -> set[str]:
    """Every file, by path."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_by_itself_the_folder_is_the_site(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for folder in (site, write_site(tmp_path / "next", NEXT)):
        deploy(out, "--site", folder)
    assert files_in(out) == {*NEXT, MANIFEST}
    assert is_site(out)


@pytest.mark.parametrize(
    ("host", "beside"),
    [("nginx", {"nginx.conf"}), ("app-engine", {"app.yaml", ".gcloudignore"}), ("netlify", {"netlify.toml"})],
)
def test_for_a_host_its_configuration_lies_beside_the_site(
    host: str, beside: set[str], site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    deploy(out, "--site", site, "--for", host, "--dry-run")
    assert not out.exists()
    for folder in (site, write_site(tmp_path / "next", NEXT)):
        deploy(out, "--site", folder, "--for", host)
    found = files_in(out)
    assert {path for path in found if "/" not in path} == {*beside, MANIFEST}
    inside = {path.removeprefix("site/") for path in found if path.startswith("site/")}
    assert {path for path in inside if not path.endswith((".gz", ".br"))} == {*NEXT, MANIFEST}
    assert is_site(out / "site")
    assert not is_site(out)
    assert str(out) in capsys.readouterr().out.partition("next:")[2]
    deploy(out, "--site", site)
    assert files_in(out) == {*FILES, MANIFEST}, "one kind of deploy may follow another"


def test_nginx_gets_copies_of_what_shrinks(site: Path, tmp_path: Path) -> None:
    deploy(tmp_path / "out", "--site", site, "--for", "nginx")
    root = tmp_path / "out" / "site"
    assert gzip.decompress((root / f"{PART}.gz").read_bytes()) == FILES[PART]
    assert tool("brotli").decompress((root / f"{PART}.br").read_bytes()) == FILES[PART]
    assert (root / "index.html.gz").exists()
    assert not (root / f"{WEIGHTS}.gz").exists()


def test_a_folder_that_holds_something_else_is_left_alone(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    deploy(out, "--site", site, "--for", "nginx")
    (out / "site" / "thesis.pdf").write_text("years of work", "utf-8")
    for options in ([], ["--for", "netlify"], ["--dry-run"]):
        with pytest.raises(OutputError, match=r"thesis\.pdf"):
            deploy(out, "--site", site, *options)
    assert (out / "nginx.conf").exists()


def test_the_site_cannot_be_deployed_into_itself(site: Path) -> None:
    with pytest.raises(UsageError, match="lie in each other"):
        deploy(site / "out", "--site", site)


def test_a_file_that_a_host_does_not_take_is_named(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = HOSTS["app-engine"]
    monkeypatch.setitem(HOSTS, "app-engine", Host(host.files, host.following, largest=2000))
    with pytest.raises(PlainfilmError, match=r"(?s)app-engine does not take.*group1-shard1of1\.bin"):
        deploy(tmp_path / "out", "--site", site, "--for", "app-engine")
    assert json.loads((site / MANIFEST).read_text("utf-8"))["files"]
