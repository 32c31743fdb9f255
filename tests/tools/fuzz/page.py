"""Damaged files through the built page, a batch at a time, with whole films between them: nothing dies, hangs, is lost or lies."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Error, Page

from tests.browser.visit import Visit
from tests.tiny_bundle import SIZE, png
from tests.tools.fuzz.mutations import MUTATIONS
from tests.tools.fuzz.wholes import film, wholes
from training.films.preprocessing import ImageConverter, UnreadableFilmError, convert, decode

BATCH = 100
CONTROLS = 3
PATIENCE = 180  # seconds in which nothing new is finished: longer than any watchdog of the page
PER_PAGE = 12  # batches before the page is opened anew
# A reading is that of the whole film if it differs by no more: lossy formats decode to a level more or less.
NEAR_PROBABILITY, NEAR_BRIGHTNESS = 0.01, 1.5 / 255
FINISHED = ("done", "refused", "error")
LOOK = """() => [...document.querySelectorAll("[data-testid=reading]")].map((one) => ({...one.dataset}))"""

Row = dict[str, str]


@dataclass(frozen=True)
class Damaged:
    """One file of a batch.

    Attributes:
        name: Its name, by which it is found on the page.
        kind: What it was before.
        mutation: What was done to it; empty for a control.
        seed: Of the film in it.
        data: Its bytes.
    """

    name: str
    kind: str
    mutation: str
    seed: int
    data: bytes


@dataclass
class Batch:
    """What became of a batch.

    Attributes:
        rows: The page's readings, by the file that they came from.
        dead, hung: Files that were being read when the tab died, or when nothing went on.
        seconds: How long it took.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    seconds: float = 0.0


def damaged_files(seed: int, unit: int, count: int = BATCH) -> list[Damaged]:
    """The files of a batch: the same for the same numbers."""
    rng = np.random.default_rng([seed, unit])
    films = [int(each) for each in rng.integers(0, 1000, 2)]
    one, other = (wholes(each) for each in films)
    files = []
    for number in range(count):
        kind = str(rng.choice(list(one)))
        mutation = str(rng.choice(list(MUTATIONS)))
        ending, data = one[kind]
        data = MUTATIONS[mutation](data, ending, other[kind][1], rng)
        if rng.integers(5) == 0:
            second = str(rng.choice(list(MUTATIONS)))
            data, mutation = MUTATIONS[second](data or b"\0", ending, other[kind][1], rng), f"{mutation}, {second}"
        files.append(Damaged(f"{unit:04d}-{number:03d}.{ending}", kind, mutation, films[0], data))
    return files


def controls(unit: int) -> list[Damaged]:
    """Whole films, one before, one amid and one behind the damaged."""
    return [
        Damaged(f"{unit:04d}-control-{number}.png", "PNG", "", 4, png(film(4).tolist())) for number in range(CONTROLS)
    ]


class Reader:
    """A page that batches are given to; opened anew where it died, and now and then."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._visit: Visit | None = None
        self._given = 0
        self._crashed = False

    def read(self, files: list[Damaged], folder: Path) -> Batch:
        """Gives files to the page until each is finished; those that stopped it are left out of a second and third try."""
        batch, started, left = Batch(), time.monotonic(), list(files)
        while left:
            stopped = self._read_once(left, folder, batch)
            if not stopped:
                break
            finished = {name for name, rows in batch.rows.items() if all(row["status"] in FINISHED for row in rows)}
            left = [file for file in left if file.name not in stopped and file.name not in finished]
        batch.seconds = time.monotonic() - started
        return batch

    def _read_once(self, files: list[Damaged], folder: Path, batch: Batch) -> set[str]:
        page = self._page()
        names = [file.name for file in files]
        for file in files:
            (folder / file.name).write_bytes(file.data)
        rows: list[Row] = []
        seen, since = -1, time.monotonic()
        try:
            page.set_input_files("#files", [str(folder / name) for name in names])
            while True:
                page.wait_for_timeout(100)
                rows = page.evaluate(LOOK)
                unpacking = page.locator("#intake-status").text_content() or ""
                finished = sum(row["status"] in FINISHED for row in rows)
                by_file = _by_file(rows, names)
                if (
                    finished == len(rows)
                    and all(
                        name in by_file or (name.endswith(".zip") and not _is_unpacking(unpacking, name))
                        for name in names
                    )
                    and (rows or not names)
                ):
                    break
                if finished != seen:
                    seen, since = finished, time.monotonic()
                elif time.monotonic() - since > PATIENCE:
                    return self._stopped(rows, names, batch, batch.hung)
        except Error:
            if not self._crashed:
                raise
            return self._stopped(rows, names, batch, batch.dead)
        batch.rows.update(_by_file(rows, names))
        self._clear(page)
        return set()

    def _stopped(self, rows: list[Row], names: list[str], batch: Batch, into: list[str]) -> set[str]:
        by_file = _by_file(rows, names)
        running = [name for name, found in by_file.items() if any(row["status"] == "running" for row in found)]
        waiting = [
            name for name in names if name not in by_file or any(row["status"] == "queued" for row in by_file[name])
        ]
        culprits = running or waiting[:1] or names
        into.extend(culprits)
        batch.rows.update(
            {name: found for name, found in by_file.items() if all(row["status"] in FINISHED for row in found)}
        )
        self._close()
        return set(culprits)

    def _page(self) -> Page:
        if self._visit is None or self._given >= PER_PAGE:
            self._close()
            context = self._browser.new_context(service_workers="block")
            self._visit = Visit.to(context, self._address).until_engine("ready")
            self._visit.page.on("crash", lambda _: setattr(self, "_crashed", True))
            self._crashed, self._given = False, 0
        self._given += 1
        return self._visit.page

    def _clear(self, page: Page) -> None:
        page.locator("#clear").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Remove all").click()
        page.locator("[data-testid=reading]").first.wait_for(state="detached")

    def _close(self) -> None:
        if self._visit is not None:
            with contextlib.suppress(Error):
                self._visit.page.context.close()
        self._visit = None

    @property
    def problems(self) -> list[str]:
        """What stood on the console as an error, since the page was opened."""
        return [] if self._visit is None else self._visit.problems


def _is_unpacking(said: str, name: str) -> bool:
    return name in said


def _by_file(rows: list[Row], names: list[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    known = set(names)
    for row in rows:
        name = row["file"].partition("/")[0]
        if name in known:
            found.setdefault(name, []).append(row)
    return found


def judged(files: list[Damaged], batch: Batch, references: dict[tuple[str, int], Row]) -> dict[str, Any]:
    """A batch in numbers, and what was found: everything that may not be.

    Args:
        files: All that was given, controls too.
        batch: What became of it.
        references: The readings of the whole films, by kind and seed; of a control by ("PNG", its seed).
    """
    outcomes: Counter[str] = Counter()
    findings = [f"tab dead: {name}" for name in batch.dead] + [f"hung: {name}" for name in batch.hung]
    different: list[dict[str, Any]] = []
    stopped = {*batch.dead, *batch.hung}
    for file in files:
        rows = batch.rows.get(file.name)
        if rows is None:
            if file.name not in stopped:
                outcomes["no row" if not file.name.endswith(".zip") else "ZIP of which nothing is listed"] += 1
                if not file.name.endswith(".zip"):
                    findings.append(f"lost: {file.name}, {file.kind}, {file.mutation}")
            continue
        for row in rows:
            outcome = row["status"] if row["status"] == "done" else f"{row['status']}: {row.get('reason', '?')}"
            if not file.mutation:
                if not _is_near(row, references["PNG", file.seed]) or row["status"] != "done":
                    findings.append(f"control changed: {file.name}, {outcome}")
            elif row["status"] == "done" and file.kind.startswith("ZIP"):
                outcomes["done, in a ZIP"] += 1
            elif row["status"] == "done" and not _is_near(row, references[file.kind, file.seed]):
                judgement = by_python(file.data, row)
                outcomes[f"another picture, {judgement}"] += 1
                different.append(_difference(file, row, references[file.kind, file.seed], judgement))
            else:
                outcomes["the whole film's reading" if row["status"] == "done" else outcome] += 1
    return {
        "files": sum(bool(file.mutation) for file in files),
        "controls": sum(not file.mutation for file in files),
        "outcomes": dict(outcomes),
        "different": different,
        "findings": findings,
        "seconds": round(batch.seconds, 1),
    }


def _is_near(row: Row, whole: Row) -> bool:
    numbers = [
        (float(row.get(key, "nan")), float(whole[key]), near)
        for key, near in (("probability", NEAR_PROBABILITY), ("oodScore", NEAR_BRIGHTNESS))
    ]
    return all(abs(a - b) <= near for a, b, near in numbers)


def _difference(file: Damaged, row: Row, whole: Row, judgement: str) -> dict[str, Any]:
    return {
        "file": file.name,
        "kind": file.kind,
        "mutation": file.mutation,
        "python": judgement,
        "probability": round(float(row["probability"]), 4),
        "of_whole": round(float(whole["probability"]), 4),
        "label_changed": row["label"] != whole["label"],
    }


def by_python(data: bytes, row: Row) -> str:
    """What Python says of a file that the page reads as another picture than it was: the same other picture, or no picture."""
    try:
        levels = decode(data)
    except UnreadableFilmError:
        return "refused by Python"
    except Exception as error:
        return f"Python: {type(error).__name__}"
    brightness = float(convert(levels, ImageConverter(SIZE, SIZE, 1, "square")).mean()) / 255
    alike = abs(abs(brightness - 0.5) - float(row["oodScore"])) <= NEAR_BRIGHTNESS
    return "seen alike by Python" if alike else "seen otherwise by Python"


def references_of(reader: Reader, seeds: set[int], folder: Path) -> dict[tuple[str, int], Row]:
    """The page's readings of the whole films of these seeds, in every kind but ZIPs."""
    found: dict[tuple[str, int], Row] = {}
    for seed in sorted(seeds):
        files = [
            Damaged(f"{number:02d}.{ending}", kind, "", seed, data)
            for number, (kind, (ending, data)) in enumerate(wholes(seed).items())
            if ending != "zip"
        ]
        batch = reader.read(files, folder)
        for file in files:
            (row,) = batch.rows[file.name]
            assert row["status"] == "done", (file.kind, seed, row)
            found[file.kind, seed] = row
    return found


@contextlib.contextmanager
def batches(browser: Browser, address: str, seed: int) -> Iterator[Any]:
    """Gives a function from a unit to its numbers."""
    reader = Reader(browser, address)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        def read(unit: int, count: int = BATCH) -> dict[str, Any]:
            files, whole = damaged_files(seed, unit, count), controls(unit)
            given = [whole[0], *files[: count // 2], whole[1], *files[count // 2 :], whole[2]]
            references = references_of(reader, {files[0].seed, whole[0].seed}, folder)
            result = judged(given, reader.read(given, folder), references)
            for path in folder.iterdir():
                path.unlink()
            return result

        yield read
        reader._close()
