"""`make fuzz`, `python -m tests.tools.fuzz [PART …]`: does what is not done yet, and writes docs/reliability.md and its figures."""

from __future__ import annotations

import argparse
import contextlib
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from build_site.serve import server
from build_site.site import build, version
from tests.browser.browsers import launch
from tests.opened_films import films_program
from tests.tiny_bundle import write_tiny_bundle
from tests.tools.fuzz import dicoms, kills, page, report
from tests.tools.fuzz.journal import Journal
from tests.tools.fuzz.many import many_films

PARTS = ("page", "dicoms", "many", "kills")


def main() -> None:
    """Runs the parts that were asked for, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.fuzz",
        description="Damaged files through the page, generated DICOM files by page and Python, thousands of films in one visit, commands killed. "
        "Goes on where it was stopped. Writes docs/reliability.json and docs/reliability.md.",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--files", type=int, default=20_000, help="damaged files (default: %(default)s)")
    parser.add_argument("--dicoms", type=int, default=2_000, help="generated DICOM files (default: %(default)s)")
    parser.add_argument("--films", type=int, default=5_000, help="films in one visit (default: %(default)s)")
    parser.add_argument(
        "--kills", type=int, default=60, help="killed commands, of all kinds together (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="draws everything (default: %(default)s)")
    parser.add_argument(
        "--minutes", type=float, help="when to stop; the same command goes on (default: when all is done)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("runs/fuzz"),
        help="where results are kept on the way (default: %(default)s)",
    )
    parser.add_argument("--anew", action="store_true", help="do again what the report has figures of already")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    until = None if options.minutes is None else time.monotonic() + options.minutes * 60
    counts = {"page": options.files, "dicoms": options.dicoms, "many": options.films, "kills": options.kills}
    wanted = options.parts or PARTS
    journals = {name: _journal(name, options, counts[name], until) for name in PARTS if name in wanted}
    versions = {"Plainfilm": version(), "Python": platform.python_version()}
    try:
        if {"page", "many"} & set(wanted):
            with _page() as (browser, address):
                versions["Chromium"] = browser.version
                if "page" in wanted:
                    with page.batches(browser, address, options.seed) as read:
                        journals["page"].work(range(-(-options.files // page.BATCH)), read)
                if "many" in wanted:
                    journals["many"].work(range(1), lambda _: many_films(browser, address, options.films))
        if "dicoms" in wanted:
            with tempfile.TemporaryDirectory() as folder:
                program = films_program(Path(folder))
                journals["dicoms"].work(
                    range(-(-options.dicoms // dicoms.BATCH)), lambda unit: dicoms.compared(program, unit, options.seed)
                )
        if "kills" in wanted:
            _kill(journals["kills"], options.seed, options.kills)
    finally:
        report.write(journals, versions)
        found = sum(len(result["findings"]) for journal in journals.values() for result in journal.results.values())
        print(f"wrote {report.PAGE} and {report.FIGURES.name}: {found} findings", flush=True)


def _journal(name: str, options: argparse.Namespace, count: int, until: float | None) -> Journal:
    """A part's journal. What other runs have done, whose figures the report has and whose journal is gone, is not done again."""
    journal = Journal(name, options.folder / f"{name}.jsonl", {"seed": options.seed, "count": count}, until)
    if name in report.ADDING and not options.anew:
        runs = report.read(name, journal.asked)
        others = [run for run in runs if not journal.results.keys() & set(run["units"])]
        journal.done = report.units_of(others)
    return journal


@contextlib.contextmanager
def _page() -> Iterator[tuple[Browser, str]]:
    """A browser, and where the page of the tiny bundle is served."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        site = build(Path(temporary) / "dist", bundle=write_tiny_bundle(Path(temporary))).out
        with server(site) as running:
            threading.Thread(target=running.serve_forever, daemon=True).start()
            browser = launch(playwright)
            yield browser, f"http://127.0.0.1:{running.server_port}/"
            browser.close()
            running.shutdown()


def _kill(journal: Journal, seed: int, count: int) -> None:
    """Kills the quick commands more often than those that train."""
    order = ["prepare", "build_site", "prepare", "build_site", "fit", "prepare", "build_site", "export"]
    folder = kills.scratch()
    undisturbed: dict[str, kills.Undisturbed] = {}
    try:

        def kill(unit: int) -> dict[str, object]:
            name = order[unit % len(order)]
            if name not in undisturbed:
                undisturbed[name] = kills.Undisturbed.of(name, folder / name)
            return undisturbed[name].kill(kills.moments(name, unit, seed), folder / f"{name}-{unit}")

        journal.work(range(count), kill)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
