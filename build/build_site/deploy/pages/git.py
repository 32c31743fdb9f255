"""git, run in one repository; what it says when something is wrong in a user's words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from plainfilm.errors import PlainfilmError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[\w.-]+@[\w.-]+:|\.{0,2}/|[A-Za-z]:[\\/]")
# What git and hosts say → what happened, and what to do. The first that fits.
_WORDS = (
    (
        r"stale info|fetch first|non-fast-forward",
        "the branch was changed by somebody else meanwhile, so nothing was pushed",
        "the same command again",
    ),
    (
        r"GH00[16]|protected branch|pre-receive hook declined|remote rejected|\[rejected\]",
        "the host refused the push",
        "allow pushes to this branch in the host's settings, or choose another with --branch",
    ),
    (
        r"Authentication failed|could not read (Username|Password)|Permission denied|Permission to .* denied|access denied|returned error: 40[13]|terminal prompts disabled",
        "the host does not let you push there",
        "check your access and your credentials: gh auth login, or an SSH key",
    ),
    (
        r"Could not resolve host|Failed to connect|Connection (refused|timed out|reset|closed)|unable to access|Network is unreachable|Operation timed out",
        "the repository cannot be reached",
        "check the address and the network, then the same command again",
    ),
    (
        r"[Rr]epository .*not found|does not appear to be a git repository|does not exist|not found",
        "there is no such repository, or it is not yours to see",
        "check the address: git remote -v, or --remote URL",
    ),
)


@dataclass(frozen=True)
class Git:
    """A repository to work in; its own configuration and credentials count."""

    folder: Path

    def ask(self, *arguments: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """Runs git; whether it went well is the caller's to see."""
        environment = os.environ | {"LC_ALL": "C"}
        if not sys.stdin or not sys.stdin.isatty():
            environment["GIT_TERMINAL_PROMPT"] = "0"
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, input=data, capture_output=True, check=False
        )

    def run(self, *arguments: str, data: bytes | None = None) -> bytes:
        """Runs git and returns what it printed.

        Raises:
            PlainfilmError: It failed.
        """
        done = self.ask(*arguments, data=data)
        if done.returncode != 0:
            raise said((done.stderr + done.stdout).decode("utf-8", "replace"), arguments[0])
        return done.stdout


def said(text: str, verb: str) -> PlainfilmError:
    """What git said, as an error of ours."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fatal|denied|reject|GH0|!", line)] or lines
    received = "; ".join(telling[:3])
    for pattern, what, following in _WORDS:
        if re.search(pattern, text):
            return PlainfilmError(what, received=received, next_step=following)
    return PlainfilmError(f"git {verb} failed", received=received or "no word")


def is_address(remote: str) -> bool:
    """Whether --remote is an address rather than a remote's name."""
    return bool(_ADDRESS.match(remote)) or Path(remote).is_dir()


def repository_at(folder: Path) -> Git | None:
    """The repository that a folder lies in, if any.

    Raises:
        PlainfilmError: git is not installed, or does not want to work there.
    """
    if shutil.which("git") is None:
        raise PlainfilmError(
            "git is not installed", expected="git on the PATH", next_step="install it: https://git-scm.com/downloads"
        )
    done = Git(folder).ask("rev-parse", "--absolute-git-dir")
    if done.returncode == 0:
        return Git(folder)
    text = done.stderr.decode("utf-8", "replace")
    if "not a git repository" in text:
        return None
    raise PlainfilmError("git does not work here", received=text.strip(), next_step="do what git says")
