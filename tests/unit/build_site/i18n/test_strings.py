"""Every sentence that the page may say is in strings.toml, and none is there for nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import build_site
from build_site.config import read_site_config
from build_site.embedding import WORDS
from build_site.i18n.strings import Strings, read_strings
from build_site.i18n.words import Words
from plainfilm import node

TEMPLATE = node.template()


def strings() -> Strings:
    words = read_site_config(TEMPLATE / "site.toml").words("PNEUMONIA")
    return read_strings(TEMPLATE / "strings.toml").filled(words)


def test_the_script_finds_every_message_and_each_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (TEMPLATE / "src").rglob("*.ts") if "test" not in path.name)
    said = set(re.findall(r'\btext\("([\w-]+)"', source))
    said |= {*node.declared()["reasons"]} | {
        "backend-wasm",
        "backend-webgl",
        "backend-litert",
        "queued",
        "running",
        "cancelled",
        "lateral-view",  # of `lateral`, where a header says so
    }
    problems = re.findall(
        r'^  \| "([\w-]+)"', (TEMPLATE / "src/shared/start_error.ts").read_text("utf-8"), re.MULTILINE
    )
    assert "no-backend" in problems, "which is said by `engine-failed`"
    said |= {f"start-{problem}" for problem in problems if problem != "no-backend"}
    # The view that measures chooses among its sentences, and makes keys of what it found.
    measure = "\n".join(path.read_text("utf-8") for path in (TEMPLATE / "src/page/measure").glob("*.ts"))
    found = set(re.findall(r'"((?:measure|own)-[\w-]+)"', measure))
    begun = set(re.findall(r"`((?:measure-[a-z]+|own|table)-)\$\{", measure))
    for key in strings().messages.keys() - said:
        if key in found or key.startswith(tuple(begun)):
            said.add(key)
    worded = re.search(r"WORDED = \[(.*?)\]", (TEMPLATE / "src/page/left_out.ts").read_text("utf-8"))
    assert worded is not None
    presets = (TEMPLATE / "src/page/viewer/presets.ts").read_text("utf-8")
    said |= set(re.findall(r'"(window-[a-z]+)"', presets))
    said |= {f"kind-{kind}" for kind in re.findall(r'"([\w-]+)"', worded[1])}
    assert said == strings().messages.keys()


def test_the_templates_find_every_sentence_and_each_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (TEMPLATE / "templates").iterdir())
    used = set(re.findall(r"words\.(\w+)", source))
    card = (Path(build_site.__file__).parent / "card").glob("*.py")
    in_python = "\n".join(path.read_text("utf-8") for path in card)
    used |= set(re.findall(r"words\[['\"](\w+)['\"]\]", in_python)) | {"not_an_image_without_dicom"}
    # By the names that evaluations have, and by what a bundle says of its input and its heat map.
    used |= {key for key in strings().page if key.startswith(("metric_", "input_", "sampling_", "card_heatmap_"))}
    used |= set(WORDS)
    points = ("balanced", "screening", "rule_in")
    used |= {f"point_{name}" for name in points} | {f"point_{name}_help" for name in points}
    assert used == strings().page.keys()
    assert not strings().page.keys() & set(dir(Words)), "Jinja would find the method"


def test_a_message_names_only_what_is_filled_in() -> None:
    raw = tomllib.loads((TEMPLATE / "strings.toml").read_text("utf-8"))
    allowed = {"picture", "pictures", "Pictures", "warning", "positive"}
    allowed |= {
        "n",
        "count",
        "counts",
        "duration",
        "interval",
        "message",
        "value",
        "file",
        "name",
        "title",
        "files",
        "names",
        "seen",
        "expected",
        "label",
        "width",
        "height",
        "milliseconds",
        "backend",
        "finished",
        "films",
        "percent",
        "problem",
        "probability",
        "threshold",
        "rule_out",
        "rule_in",
        "point",
        "from",
        "to",
        "score",
        "headline",
        "other",
        "model",
        "sha256",
        "precision",
        "version",
        "date",
        "sensitivity",
        "specificity",
        "auroc",
        "level",
        "points",
        "population",
        "sentence",
        "reading",
        "readings",
        "kinds",
        "number",
        "megabytes",
        "pixels",
    }
    for key, message in raw["messages"].items():
        assert (
            set(re.findall(r"\{(\w+)\}", message if isinstance(message, str) else " ".join(message.values())))
            <= allowed
        ), key
