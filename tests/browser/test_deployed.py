"""A site where `deploy` brought it, read by a browser as any visitor does: from a bucket, and from a branch under a sub-path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from build_site.deploy import compress
from build_site.deploy.s3.address import parse_address
from build_site.deploy.s3.samples import bucket_policy
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.deployed import aws_environment, bare_and_clone, deploy, git, git_environment, s3_server

Films = dict[str, Path]


def reads_a_film(page: Visit, film: Path) -> None:
    """The engine answers as Python did, and one film is read, with nothing to complain of."""
    page.until_engine("ready").give(film)
    [reading] = page.readings(1)
    assert (reading["status"], reading["label"]) == ("done", "PNEUMONIA")
    assert page.problems == []


def test_the_page_reads_from_a_bucket_that_the_sample_policy_opens(
    visit: Open, tiny_site: Path, films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_environment(monkeypatch)
    monkeypatch.setattr(compress, "BROTLI_QUALITY", 1)
    with s3_server() as server:
        server.client.create_bucket(Bucket="pages")
        address = parse_address("s3://pages/a/reader")
        server.client.put_bucket_policy(Bucket="pages", Policy=bucket_policy(address))
        deploy(address, "--site", tiny_site, "--endpoint-url", server.url)
        page = visit(f"{server.url}/pages/a/reader/index.html")
        encoded: dict[str, str | None] = {}
        page.page.on("response", lambda answer: encoded.update({answer.url: answer.headers.get("content-encoding")}))
        page.page.reload()
        reads_a_film(page, films["bright"])
        script = next(url for url in encoded if "/assets/page-" in url and url.endswith(".js"))
        assert encoded[script] == "gzip"


def test_the_page_reads_from_a_branch_under_a_sub_path_and_finds_home_from_anywhere_below(
    context: BrowserContext, tiny_site: Path, films: Films, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    git_environment(monkeypatch, tmp_path / "home")
    bare, mine = bare_and_clone(tmp_path / "git")
    monkeypatch.chdir(mine)
    deploy("gh-pages", "--site", tiny_site)
    shown = tmp_path / "shown"
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), str(shown / "reader"))
    address = serve(shown)
    reads_a_film(Visit.to(context, f"{address}reader/"), films["bright"])

    context.route("**/reader/**/nothing.html", as_github_does(shown / "reader" / "404.html"))
    lost = Visit.to(context, f"{address}reader/deep/er/nothing.html")
    expect(lost.page.locator("html[data-home='/reader/']")).to_have_count(1)
    home = lost.page.get_by_role("link", name="To the start of this site")
    assert home.evaluate("link => link.href") == f"{address}reader/index.html"
    french = lost.page.get_by_role("link", name="Vers l’accueil de ce site")
    french.click()
    lost.page.wait_for_url(f"{address}reader/fr/index.html")
    assert [problem for problem in lost.problems if "404" not in problem] == []


def as_github_does(page: Path) -> Callable[[Route], None]:
    """Answers with the site's own page and 404."""
    return lambda route: route.fulfill(status=404, content_type="text/html; charset=utf-8", body=page.read_bytes())
