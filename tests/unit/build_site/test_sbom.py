"""sbom.cdx.json: every part of a site, by the rules of CycloneDX."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pytest

from build_site.licences import Licence
from build_site.sbom import SBOM, sbom
from plainfilm.node import template

LOCK = template() / "package-lock.json"


@pytest.fixture(scope="module")
def document(tiny_site: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((tiny_site / SBOM).read_text("utf-8"))
    return read


def test_it_follows_the_schema_of_cyclonedx(tiny_site: Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str((tiny_site / SBOM).read_text("utf-8"))
    assert problem is None, str(problem)[:2000]


def test_it_names_every_package_of_licences_txt_with_version_and_digest(
    document: dict[str, Any], tiny_site: Path
) -> None:
    licences = (tiny_site / "licences.txt").read_text("utf-8")
    packages = [one for one in document["components"] if one["bom-ref"].startswith("npm:")]
    assert len(packages) > 10
    for one in packages:
        assert f"{one['name']} {one['version']} (" in licences
        assert one["hashes"][0]["alg"] == "SHA-512"
        assert len(one["hashes"][0]["content"]) == 128
        assert one["licenses"]
    core = next(one for one in packages if one["name"] == "@tensorflow/tfjs-core")
    assert core["purl"] == f"pkg:npm/%40tensorflow/tfjs-core@{core['version']}"


def test_it_names_the_models_and_what_built_the_site(
    document: dict[str, Any], tiny_bundle: Path, tiny_site: Path
) -> None:
    (model,) = (one for one in document["components"] if one["type"] == "machine-learning-model")
    metadata = json.loads((tiny_bundle / "metadata.json").read_text("utf-8"))
    assert model["name"] == metadata["name"]
    (network,) = (entry for entry in metadata["files"] if entry["path"] == "model.json")
    assert model["hashes"] == [{"alg": "SHA-256", "content": network["sha256"]}]
    tools = {one["name"]: one["version"] for one in document["metadata"]["tools"]["components"]}
    assert tools["jinja2"] == importlib.metadata.version("jinja2")
    assert "plainfilm" in tools
    references = [one["bom-ref"] for one in document["components"]]
    assert len(set(references)) == len(references)
    listed = {ref for one in document["dependencies"] for ref in one.get("dependsOn", [])}
    assert listed == set(references)


def test_the_same_inputs_give_the_same_bytes_and_others_another_number() -> None:
    parts = [Licence("long", "4.0.0", "Apache-2.0", "text"), Licence("C", "", "IJG AND MIT", "text", "long")]
    once = sbom("Films", "1", parts, [], LOCK)
    assert once == sbom("Films", "1", parts, [], LOCK)
    other = json.loads(sbom("Films", "2", parts, [], LOCK))
    assert json.loads(once)["serialNumber"] != other["serialNumber"]
    assert "timestamp" not in json.dumps(other)


def test_the_about_page_links_to_it(tiny_site: Path) -> None:
    assert 'href="sbom.cdx.json"' in (tiny_site / "about.html").read_text("utf-8")
