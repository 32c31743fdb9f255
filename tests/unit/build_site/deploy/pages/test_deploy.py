"""Deploying to a branch of a real bare repository, from a user's own repository: what is pushed, and what stays as it was."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from build_site.deploy.built import MANIFEST
from build_site.deploy.pages import deploy as pages_deploy
from build_site.deploy.pages.branch import Branch
from plainfilm.errors import PlainfilmError, UsageError
from tests.deployed import FILES, NEXT, bare_and_clone, deploy, git, git_environment, write_site

Repositories = tuple[Path, Path]


@pytest.fixture
def repositories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repositories:
    """The bare repository, and the user's; the test stands in the user's."""
    git_environment(monkeypatch, tmp_path / "home")
    bare, mine = bare_and_clone(tmp_path / "git")
    monkeypatch.chdir(mine)
    return bare, mine


def shown(bare: Path, branch: str = "gh-pages") -> set[str]:
    """The files of a branch."""
    return set(git(bare, "ls-tree", "-r", "--name-only", "--full-tree", branch).splitlines())


def push_by_hand(bare: Path, folder: Path, files: dict[str, str], branch: str = "gh-pages") -> None:
    """Somebody else's commit on top of a branch, or on a new one."""
    git(folder.parent, "clone", "--quiet", str(bare), str(folder))
    if git(bare, "branch", "--list", branch):
        git(folder, "checkout", "--quiet", branch)
    else:
        git(folder, "checkout", "--quiet", "--orphan", branch)
        git(folder, "rm", "-r", "--quiet", "--force", ".")
    for path, text in files.items():
        (folder / path).write_text(text, "utf-8")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=You", "-c", "user.email=you@localhost", "commit", "--quiet", "--message", "by hand")
    git(folder, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")


def test_the_site_is_the_only_commit_of_the_branch_and_nothing_of_the_users_changes(
    site: Path, repositories: Repositories, tmp_path: Path
) -> None:
    bare, mine = repositories
    before = git(mine, "rev-parse", "HEAD"), git(mine, "branch", "--list"), git(mine, "status", "--porcelain")
    deploy("gh-pages", "--site", site)
    assert shown(bare) == {*FILES, MANIFEST}
    for folder in (site, write_site(tmp_path / "next", NEXT)):
        deploy("gh-pages", "--site", folder)
        assert git(bare, "rev-list", "--count", "gh-pages") == "1", "without a past"
    assert shown(bare) == {*NEXT, MANIFEST}
    assert ".nojekyll" in shown(bare)
    assert git(bare, "log", "-1", "--format=%s|%cn", "gh-pages") == "Deploy Tiny, built by plainfilm 0|plainfilm"
    after = git(mine, "rev-parse", "HEAD"), git(mine, "branch", "--list"), git(mine, "status", "--porcelain")
    assert after == before


def test_a_commit_bears_the_users_name_and_message(site: Path, repositories: Repositories) -> None:
    bare, mine = repositories
    git(mine, "config", "user.name", "Ada")
    deploy("gh-pages", "--site", site, "--message", "Thirty films more", "--branch", "site")
    assert git(bare, "log", "-1", "--format=%s|%cn", "site") == "Thirty films more|Ada"


def test_every_byte_arrives_as_it_was_built(
    site: Path, repositories: Repositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, mine = repositories
    git(mine, "config", "core.autocrlf", "true")
    deploy("gh-pages", "--site", site)
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), "checked")
    for path, data in FILES.items():
        assert (tmp_path / "checked" / path).read_bytes() == data


def test_a_dry_run_pushes_nothing(
    site: Path, repositories: Repositories, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bare, _ = repositories
    deploy("gh-pages", "--site", site, "--dry-run")
    assert git(bare, "branch", "--list", "gh-pages") == ""
    assert "add index.html" in capsys.readouterr().out
    deploy("gh-pages", "--site", site)
    deploy("gh-pages", "--site", write_site(tmp_path / "next", NEXT), "--dry-run")
    said = capsys.readouterr().out
    assert "change index.html" in said
    assert "remove fr/index.html" in said
    assert "3 new or changed" in said
    assert shown(bare) == {*FILES, MANIFEST}


def test_the_same_site_is_not_pushed_again(
    site: Path, repositories: Repositories, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, _ = repositories
    deploy("gh-pages", "--site", site)
    commit = git(bare, "rev-parse", "gh-pages")
    deploy("gh-pages", "--site", site)
    assert "nothing to push" in capsys.readouterr().out
    assert git(bare, "rev-parse", "gh-pages") == commit


def test_a_domain_of_ones_own_stays(
    site: Path, repositories: Repositories, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, _ = repositories
    deploy("gh-pages", "--site", site)
    push_by_hand(bare, tmp_path / "by-hand", {"CNAME": "reader.example.org\n"})
    deploy("gh-pages", "--site", write_site(tmp_path / "next", NEXT))
    assert git(bare, "show", "gh-pages:CNAME") == "reader.example.org"
    assert "https://reader.example.org/" in capsys.readouterr().out


def test_an_address_needs_no_repository_here(
    site: Path, repositories: Repositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, _ = repositories
    monkeypatch.chdir(tmp_path)
    for number, remote in enumerate((str(bare.relative_to(tmp_path)), bare.as_uri())):
        deploy("gh-pages", "--site", site.relative_to(tmp_path), "--remote", remote, "--branch", f"site-{number}")
        assert shown(bare, f"site-{number}") == {*FILES, MANIFEST}


@pytest.mark.parametrize("files", [{"index.html": "theirs"}, {"index.html": "edited", "notes.md": "added"}])
def test_a_branch_that_holds_something_else_is_left_alone(
    files: dict[str, str], site: Path, repositories: Repositories, tmp_path: Path
) -> None:
    bare, _ = repositories
    if "notes.md" in files:
        deploy("gh-pages", "--site", site)
    push_by_hand(bare, tmp_path / "by-hand", files)
    commit = git(bare, "rev-parse", "gh-pages")
    with pytest.raises(PlainfilmError, match=rf"(?s)did not write.*{', '.join(files)}.*--branch"):
        deploy("gh-pages", "--site", site)
    assert git(bare, "rev-parse", "gh-pages") == commit


def test_the_users_own_branch_is_left_alone(site: Path, repositories: Repositories) -> None:
    with pytest.raises(PlainfilmError, match=r"(?s)branch main holds files.*README\.md"):
        deploy("gh-pages", "--site", site, "--branch", "main")


def test_a_branch_that_somebody_pushes_to_meanwhile_is_not_written_over(
    site: Path, repositories: Repositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, _ = repositories
    deploy("gh-pages", "--site", site)
    commit = pages_deploy._commit

    def slow(*arguments: str | None) -> None:
        push_by_hand(bare, tmp_path / "by-hand", {"index.html": "quicker"})
        commit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pages_deploy, "_commit", slow)
    with pytest.raises(PlainfilmError, match="changed by somebody else meanwhile"):
        deploy("gh-pages", "--site", write_site(tmp_path / "next", NEXT))
    assert git(bare, "show", "gh-pages:index.html") == "quicker"


def test_a_push_that_the_host_refuses_is_said_with_its_words(site: Path, repositories: Repositories) -> None:
    bare, mine = repositories
    hook = bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    with pytest.raises(PlainfilmError, match=r"(?s)refused the push.*GH006.*--branch"):
        deploy("gh-pages", "--site", site)
    assert git(mine, "branch", "--list", "plainfilm-deploy*") == "", "the passing name is gone"


def test_what_killed_deploys_left_in_the_repository_is_removed(site: Path, repositories: Repositories) -> None:
    _, mine = repositories
    tree = git(mine, "write-tree")
    old = git(mine, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-m", "new")
    git(mine, "branch", f"plainfilm-deploy-{'a' * 16}", old)  # just made: perhaps at work
    content = git(mine, "cat-file", "-p", old).replace(old, "")
    aged = re.sub(r"(?m)^(author|committer) (.*) \d+ (\+\d+)$", r"\1 \2 1000000000 \3", content)
    (mine / "aged").write_text(aged + "\n", "utf-8")
    made = git(mine, "hash-object", "-t", "commit", "-w", "aged")
    for name in (f"plainfilm-deploy-{'b' * 16}", "plainfilm-deploy-mine"):
        git(mine, "branch", name, made)
    deploy("gh-pages", "--site", site)
    kept = git(mine, "branch", "--list", "--format=%(refname:short)", "plainfilm-deploy*").split()
    assert kept == [f"plainfilm-deploy-{'a' * 16}", "plainfilm-deploy-mine"]


def test_without_a_repository_it_is_said_where_to_go(site: Path, repositories: Repositories, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(repositories[0].parent)
    with pytest.raises(PlainfilmError, match=r"(?s)in no git repository.*--remote URL"):
        deploy("gh-pages", "--site", site)


def test_a_remote_that_does_not_exist_is_said_with_those_that_do(site: Path, repositories: Repositories) -> None:
    with pytest.raises(PlainfilmError, match=r"(?s)no remote called upstream.*received: origin"):
        deploy("gh-pages", "--site", site, "--remote", "upstream")
    git(repositories[1], "remote", "remove", "origin")
    with pytest.raises(PlainfilmError, match=r"(?s)no remote called origin.*no remote at all.*git remote add"):
        deploy("gh-pages", "--site", site)


@pytest.mark.parametrize(
    ("remote", "words"),
    [
        ("/nowhere/there.git", "no such repository"),
        ("https://git.invalid/there.git", "cannot be reached"),
        ("http://127.0.0.1:9/there.git", "cannot be reached"),
    ],
)
def test_a_repository_that_is_not_there_is_said(
    remote: str, words: str, site: Path, repositories: Repositories
) -> None:
    with pytest.raises(PlainfilmError, match=words):
        deploy("gh-pages", "--site", site, "--remote", remote)


def test_a_name_that_no_branch_can_have_is_wrong_usage(site: Path, repositories: Repositories) -> None:
    with pytest.raises(UsageError, match="--branch"):
        deploy("gh-pages", "--site", site, "--branch", "two words")


def test_without_git_it_is_said(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(PlainfilmError, match="git is not installed"):
        deploy("gh-pages", "--site", site)


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("git@github.com:Ada/reader.git", "https://ada.github.io/reader/"),
        ("https://github.com/ada/reader", "https://ada.github.io/reader/"),
        ("https://github.com/ada/Ada.github.io.git", "https://ada.github.io/\n"),
    ],
)
def test_on_github_the_pages_address_is_told(address: str, page: str, capsys: pytest.CaptureFixture[str]) -> None:
    pages_deploy._print_address(address, "gh-pages", Branch())
    said = capsys.readouterr().out
    assert page in said
    assert "Settings → Pages" in said


def test_a_file_that_github_does_not_take_is_named_before_anything_is_pushed(
    site: Path, repositories: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_deploy, "LARGEST", 2000)
    git(repositories[1], "remote", "set-url", "origin", "https://github.com/ada/reader")
    with pytest.raises(PlainfilmError, match=r"(?s)GitHub does not take.*group1-shard1of1\.bin"):
        deploy("gh-pages", "--site", site)
