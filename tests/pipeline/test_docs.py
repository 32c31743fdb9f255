"""The documents in step with the code: every command is run, or listed here with the reason why not; every option, path and link exists."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import runpy
import shlex
import sys
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from tests import documents
from tests.command import run
from tests.documents import Mention
from tests.pipeline.conftest import INSTEAD, command_of
from tests.shared import REPOSITORY
from tests.tracked import needs_checkout

README_BYTES = 8_000

# Commands of ours that are not run. Their module, options and files are checked.
NOT_RUN = {
    r"python -m training fit five_block_cnn": "trains for an hour; the README's `fit` is run",
    r"python -m training fit mobilenet_v2_three_classes --data \S+": "tests/pipeline/test_three_classes.py has a small network",
    **dict.fromkeys(
        (
            r"python -m training prepare chest_xray --labels mobilenet_v2_three_classes",
            r"python -m (training fit|training evaluate|export) (runs/)?mobilenet_v2_three_classes",
            r"python -m build_site --config docs/examples/three_classes/site\.toml .*",
        ),
        "tests/pipeline/test_three_classes.py has a small network",
    ),
    **dict.fromkeys(
        (
            r"python -m training\.examples\.digits digits",
            r"python -m training (prepare|fit|evaluate) (runs/)?digits",
            r"python -m export runs/digits",
            r"python -m build_site --config docs/examples/digits/site\.toml .*",
        ),
        "tests/pipeline/test_digits.py runs them in their order",
    ),
    **dict.fromkeys(
        (
            r"python -m training prepare children_and_adults .*",
            r"python -m training evaluate runs/mobilenet_v2_adults .*",
        ),
        "tests/pipeline/test_hospitals.py has two small hospitals",
    ),
    r"python -m export runs/\S+ --precision float32": "the README's export is run",
    r"python -m export --from \S+.*": "tests/pipeline/test_foreign.py brings in models that it makes",
    r"python -m build_site --bundle export/models/(flowers|my_classes|automl_export)": "as above",
    r"python -m export audit runs/\S+": "tests/pipeline/test_pipeline.py runs it with more",
    r"python -m export litert \S+": "tests/unit/export/test_litert.py runs it",
    r"python -m export lateral runs/.*": "tests/unit/export/test_lateral.py draws lateral films for it",
    r"python -m training fit mobilenet_v2 .* /shared/runs": "tests/pipeline/test_machines.py has two machines",
    r"python -m training gan .*": "trains for hours; tests/unit/training/gan has a few steps of it",
    r"python -m training study .*": "trains for hours; tests/unit/training/gan/test_gan_study.py has a short one",
    r"python -m training search .*": "searches for hours; tests/unit/training/search has short ones",
    r"python -m build_site (init my_site|check my_site/site\.toml|--config my_site/site\.toml)": "in their order: tests/pipeline/test_init.py",
    r"python -m build_site --serve": "serves until it is stopped; tests/unit/build_site/test_serve.py asks it",
    r"python -m build_site serve --embedding": "serves until it is stopped; tests/browser/test_embedding.py asks such a server",
    r"python -m plainfilm\.node .*": "npm; tests/unit/plainfilm/test_node.py runs it",
    r"python -m pytest .*": "this suite",
    r"python -m build --wheel": "tests/pipeline/test_wheel.py runs it",
}
# Commands of others. Pattern → reason.
FOREIGN = {
    r"make [a-z-]+": "whole stages; that the target exists is checked",
    r"source \.venv/bin/activate": "the tests run in an environment already",
    r"aws .*": "needs an account",
    r"export 'TF_CONFIG=.*'": "names machines; tests/pipeline/test_machines.py has two",
}
# Options of others' commands that the documents name.
FOREIGN_OPTIONS = {"--prod", "--cwd", "--compressed", "--nginx"}
# What commands write, or users have: how its path begins.
NOT_TRACKED = (
    *(
        "my_site/",
        "dist/",
        "hosted/",
        "index.html",
        "standalone.html",
        "404.html",
        "build.json",
        "sbom.cdx.json",
        "licences.txt",
        "deploy.json",
    ),
    *("assets/", "models/", "plainfilm.js", "plainfilm.d.ts", "readings.js"),
    *(
        "runs/",
        "checkpoint/",
        "training/prepared/",
        "splits.csv",
        "left_out.csv",
        "source.json",
        "cache.json",
        "figures/example_films.png",
    ),
    *("export/models/mobilenet_v2", "export/models/digits", "digits/", "chest_xray", "aspect_ratio.csv"),
    *("export/models/flowers", "export/models/my_classes", "export/models/automl_export", "labels.txt", "dict.txt"),
    *("nih_adult_train", "views.csv"),
)


def test_the_readme_is_short() -> None:
    assert len(documents.read("README.md").encode()) <= README_BYTES


def test_every_command_is_run_or_listed_with_a_reason() -> None:
    lines = [mention.text for mention in documents.commands()]
    unknown = [line for line in lines if not (line.startswith("python -m ") or matches(line, FOREIGN))]
    assert unknown == [], "run it, or say in FOREIGN why not"
    unused = [pattern for pattern in [*NOT_RUN, *FOREIGN] if not any(re.fullmatch(pattern, line) for line in lines)]
    unused += [pattern for pattern, _, _ in INSTEAD if not any(re.search(pattern, line) for line in lines)]
    assert unused == [], "no document has such a command any more"


def in_the_readme() -> set[str]:
    """The commands that the fixture `workplace` runs."""
    return {line for line in documents.shell_lines(documents.read("README.md")) if line.startswith("python -m ")}


def matches(line: str, patterns: dict[str, str]) -> bool:
    """Whether a command is listed."""
    return any(re.fullmatch(pattern, line) for pattern in patterns)


def to_run() -> list[str]:
    """What documents other than the README tell people to run, each once."""
    ours = {line for mention in documents.commands() if (line := mention.text).startswith("python -m ")}
    return sorted(line for line in ours - in_the_readme() if not matches(line, NOT_RUN))


@pytest.mark.parametrize("line", to_run())
def test_a_documented_command_works(line: str, workplace: Path) -> None:
    run(*command_of(line), cwd=workplace)


def test_the_readmes_commands_end_in_a_site(workplace: Path) -> None:
    assert (workplace / "dist" / "standalone.html").stat().st_size > 1_000_000


def ours() -> list[Mention]:
    """Every `python -m MODULE …`, in blocks and in running text."""
    every = documents.commands() + documents.spans()
    return [mention for mention in every if re.match(r"python -m [a-z]", mention.text)]


@cache
def help_of(module: str, verb: str) -> str:
    """What a command says of itself; in this process, which has imported most of it already."""
    said = io.StringIO()
    arguments = [module, *verb.split(), "--help"]
    with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        runpy.run_module(module, run_name="__main__")
    return said.getvalue()


def options_of(command: str) -> set[str]:
    """The options that the command of a line has."""
    module, *rest = command.split()[2:]
    words = rest[: 1 + (rest[:1] == ["gan"])]  # the one verb that has verbs of its own
    verb = " ".join(words) if all(re.fullmatch(r"[a-z]+(-[a-z]+)*", word) for word in words) else ""
    return set(documents.OPTION.findall(help_of(module, verb)))


@cache
def all_options() -> frozenset[str]:
    """The options of all our commands that any document names."""
    heads = {" ".join(mention.text.split()[: 4 + (mention.text.split()[3:4] == ["gan"])]) for mention in ours()}
    asked = [head for head in heads if head.split()[2] in ("training", "export", "build_site", "build_site.i18n")]
    return frozenset(option for head in asked for option in options_of(head))


def test_every_option_of_a_documented_command_exists() -> None:
    missing = [
        f"{mention}: {option}"
        for mention in ours()
        if not matches(
            mention.text, {key: "" for key in NOT_RUN if "build " in key or "pytest" in key or "node" in key}
        )
        for option in documents.OPTION.findall(mention.text)
        if option not in options_of(mention.text)
    ]
    assert missing == []


def test_every_option_that_the_text_names_exists() -> None:
    missing = [
        f"{mention}: {option}"
        for mention in documents.spans()
        if not re.match(r"(python|pip|git|aws|curl|netlify|certbot|make|\.venv)\b", mention.text)
        for option in documents.OPTION.findall(mention.text)
        if option not in all_options() | FOREIGN_OPTIONS
    ]
    assert missing == []


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = [m for m in documents.commands() + documents.spans() if re.fullmatch(r"make [a-z-]+( [A-Z]+=\S+)*", m.text)]
    assert [str(mention) for mention in named if mention.text.split()[1] not in targets] == []


def test_every_module_exists() -> None:
    called = {(str(mention), mention.text.split()[2]) for mention in ours()}
    dotted = re.compile(r"(training|export|plainfilm|build_site|tests)(\.\w+)+")
    named = {(str(mention), mention.text) for mention in documents.spans() if dotted.fullmatch(mention.text)}
    named = {(where, name) for where, name in named if not re.search(r"\.(json|toml|md|csv|js|ts)$", name)}
    assert [where for where, module in sorted(called | named) if not is_module(module)] == []


def is_module(name: str) -> bool:
    """Whether it can be imported, or is something of a module that can."""
    try:
        if importlib.util.find_spec(name) is not None:
            return True
    except ModuleNotFoundError:
        pass
    module, _, part = name.rpartition(".")
    spec = importlib.util.find_spec(module) if module else None
    return (
        spec is not None
        and spec.origin is not None
        and re.search(rf"\b{part}\b", Path(spec.origin).read_text("utf-8")) is not None
    )


@needs_checkout
def test_every_path_exists() -> None:
    paths = [mention for mention in documents.spans() if looks_like_a_path(mention.text)]
    paths += [
        Mention(mention.document, word)
        for mention in documents.commands()
        if not matches(mention.text, FOREIGN)
        for word in shlex.split(mention.text)
        if "/" in word and looks_like_a_path(word)
    ]
    assert [str(mention) for mention in paths if not exists(mention)] == []


def looks_like_a_path(text: str) -> bool:
    """Whether a span is a file or folder of the repository, rather than an address, a pattern of names or a number."""
    if (
        not re.fullmatch(r"[\w./*-]+", text)
        or text.startswith(("/", "-", "."))
        or re.search(r"\b[A-Z]{2,}\b(?!\.md)", text)
    ):
        return False
    return (
        text.endswith("/")
        or bool(re.search(r"[\w*]\.(py|ts|mjs|toml|json|md|csv|css|html|j2|po|pot|svg|in|txt|keras)$", text))
        or ("/" in text and not re.fullmatch(r"\d+/\d+|[a-z]+/[a-z]+", text))
    )


def exists(mention: Mention) -> bool:
    """Whether a path names something: from the repository's root, the document's folder, or the folder that the text is about."""
    path = mention.text.rstrip("/")
    if mention.text.startswith(NOT_TRACKED):
        return True
    every = documents.files() | documents.folders()
    if "*" in path:
        pattern = re.compile(rf"(.*/)?{re.escape(path)}".replace(r"\*\*", ".*").replace(r"\*", "[^/]*"))
        return any(pattern.fullmatch(name) for name in every)
    beside = (Path(mention.document).parent / path).as_posix()
    return beside in every or any(name == path or name.endswith("/" + path) for name in every)


@needs_checkout
def test_what_the_text_finds_in_a_file_is_there() -> None:
    said = [
        (name, *found)
        for name in documents.documents()
        for found in re.findall(r"`([\w-]+)`\s+(?:in|of)\s+`([\w/]+\.\w+)`", documents.read(name))
    ]
    assert said, "such as `LAYERS` in `layers.py`"
    assert [each for each in said if not re.search(rf"\b{each[1]}\b", contents(each[2]))] == []


def contents(path: str) -> str:
    """The text of the file that a document means by `path`; empty where there is none."""
    found = [REPOSITORY / path, *(REPOSITORY / name for name in documents.files() if name.endswith("/" + path))]
    return "".join(file.read_text("utf-8") for file in found if file.is_file())


def test_every_link_leads_somewhere() -> None:
    assert [str(link) for link in documents.links() if not leads_somewhere(link)] == []


def leads_somewhere(link: Mention) -> bool:
    """Whether the file is there, and in it the heading."""
    path, _, anchor = link.text.partition("#")
    target = (REPOSITORY / link.document).parent / path if path else REPOSITORY / link.document
    if not target.exists():
        return False
    return not anchor or anchor in documents.anchors(target.resolve().relative_to(REPOSITORY).as_posix())


@needs_checkout
def test_code_cites_documents_and_contracts_that_exist() -> None:
    contracts = set(re.findall(r"^## Contract (\d)", documents.read("docs/contracts.md"), re.MULTILINE))
    wrong = []
    for name in sorted(documents.files()):
        if name.startswith("tests/") or not name.endswith((".py", ".ts")):
            continue
        for line in documents.read(name).splitlines():
            cited = set(re.findall(r"\bcontract (\d)", line, re.IGNORECASE))
            unknown = set(re.findall(r"\bdocs/[\w/]+\.md\b", line)) - documents.files()
            if unknown or not cited <= contracts or (cited and "docs/contracts.md" not in line):
                wrong.append(f"{name}: {line.strip()}")
    assert wrong == []
