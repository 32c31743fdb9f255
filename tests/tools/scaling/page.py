"""docs/scaling.json, what was really measured, and the part of docs/scaling.md that is made of it and of the prices."""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.shared import REPOSITORY

FIGURES, PAGE = REPOSITORY / "docs" / "scaling.json", REPOSITORY / "docs" / "scaling.md"
BEGIN, END = "<!-- measured: make scaling -->", "<!-- end of what was measured -->"
PRICES = Path(__file__).parent / "prices.toml"
CHEXPERT = 224_316  # radiographs (Irvin et al. 2019, arXiv:1901.07031)
VALIDATION, USUAL_SIDE = 0.15, 224
VISITORS = (10_000, 100_000, 1_000_000)


def figures() -> dict[str, Any]:
    """What was measured so far, by part."""
    known: dict[str, Any] = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    return known


def prices() -> dict[str, Any]:
    """Prices and limits of hosts, each with its source and the date when it was read."""
    return tomllib.loads(PRICES.read_text("utf-8"))


def note(part: str, measured: dict[str, Any], load: Sequence[float], machine: str) -> None:
    """Keeps what a part measured, with the date and the load before and after."""
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    known = figures() | {part: {**measured, "date": date, "load": list(load), "machine": machine}}
    FIGURES.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")


def write() -> None:
    """Puts what was measured into the page."""
    text = PAGE.read_text("utf-8")
    before, behind = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(f"{before}{measured_text(figures())}{behind}", "utf-8")


def measured_text(known: dict[str, Any]) -> str:
    """From `BEGIN` to `END`."""
    parts = {
        "films": _films,
        "memory": _memory,
        "networks": _networks,
        "machines": _machines,
        "search": _search,
        "visitors": _visitors,
    }
    blocks = [block for name, of in parts.items() if name in known for block in (*of(known), _where(known[name]))]
    if missing := [name for name in parts if name not in known]:
        blocks.append(f'Not measured yet: `make scaling PARTS="{" ".join(missing)}"`.')
    return "\n\n".join([BEGIN, *blocks, END])


def _where(part: dict[str, Any]) -> str:
    return f"*{part['date']}; load {' → '.join(map(str, part['load']))}; {part['machine']}.*"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def line_of(rows: Sequence[dict[str, Any]], key: str) -> tuple[float, float]:
    """What it is without any film and what each film adds, by least squares."""
    slope, start = np.polyfit([row["films"] for row in rows], [row[key] for row in rows], 1)
    return float(start), float(slope)


def _films(known: dict[str, Any]) -> list[str]:
    part = known["films"]
    rows = part["rows"]
    head = ("Training films", "`prepare`", "`fit`, films in memory", "from disk", "An epoch by the clock, in memory", "from disk", "On disk")  # fmt: skip
    body = [
        (f"{row['films']:,}", f"{row['prepare_processor_s']:.1f} s", f"{row['memory_processor_s']:.1f} s", f"{row['disk_processor_s']:.1f} s",
         f"{row['memory_epoch_s']:.1f} s", f"{row['disk_epoch_s']:.1f} s", _mb(row["cache_bytes"]))
        for row in rows
    ]  # fmt: skip
    added = {key: 1000 * line_of(rows, key)[1] for key in ("prepare_processor_s", "memory_processor_s", "disk_processor_s")}  # fmt: skip
    return [
        "## Measured: films",
        f"The network of the smoke test at {part['side']} × {part['side']} pixels, {part['epochs']} epochs, on drawn films, whose files are much smaller than real ones. `prepare` and `fit` are processor time with the start of Python "
        "and TensorFlow, which other work on the machine hardly changes; the epoch is the second one.",
        table(head, body),
        f"By a straight line through the three sizes a film more adds {added['prepare_processor_s']:.0f} ms to `prepare`, and {added['memory_processor_s']:.0f} ms to `fit` with the films in memory, {added['disk_processor_s']:.0f} ms with the films on disk, "
        f"both epochs together. Decoding real films takes longer: the two minutes that `prepare` takes for Kaggle's 5,856 on two cores are {_hours(120 / 5856 * CHEXPERT)} for CheXpert's {CHEXPERT:,}, and writing those to disk decodes them once more.",
    ]


def _memory(known: dict[str, Any]) -> list[str]:
    part = known["memory"]
    rows = part["rows"]
    per_film = part["side"] ** 2
    body = [
        (str(row["films"]), _mb(row["films"] * per_film), _mb(row["memory_peak"]), _mb(row["disk_peak"]))
        for row in rows
    ]
    in_memory, on_disk = (line_of(rows, f"{way}_peak")[1] / per_film for way in ("memory", "disk"))
    chexpert = CHEXPERT * (1 + VALIDATION) * USUAL_SIDE**2 / 1e9
    return [
        "## Measured: memory",
        f"A process that reads films as `fit` does and trains nothing, at {part['side']} × {part['side']} pixels, so that few films make a difference. The largest amount of its own (RssAnon), TensorFlow's included and "
        "without what the system keeps of files, which it drops where somebody else needs it.",
        table(("Films", "Their pixels", "Peak, films in memory", "from disk"), body),
        f"By a straight line through the three sizes a byte of films adds {in_memory:.2f} bytes in memory, and {on_disk:.2f} from disk. **Extrapolated**: CheXpert's {CHEXPERT:,} radiographs at "
        f"{USUAL_SIDE} × {USUAL_SIDE} pixels, with {VALIDATION:.0%} more for validation, are {chexpert:.1f} GB. They would take {chexpert * in_memory:.0f} GB in memory, and {chexpert:.1f} GB of disk otherwise; a machine with "
        f"less than {4 * chexpert:.0f} GB of memory reads them from disk by itself.",
    ]


def _networks(known: dict[str, Any]) -> list[str]:
    head = (
        "Network",
        "Input",
        "One film in training",
        f"An epoch of {CHEXPERT:,} films",
        "Ten epochs on 16 such cores",
    )
    rows = [
        (row["title"], f"{row['side']} px", f"{row['ms_per_film']:.0f} ms", _hours(row["ms_per_film"] * CHEXPERT / 1000),
         _hours(row["ms_per_film"] * CHEXPERT / 1000 * 10 / 16))
        for row in known["networks"]["rows"]
    ]  # fmt: skip
    return [
        "## Measured: networks",
        "Processor time of one film, forwards and backwards, in batches of 16; the other columns are arithmetic, the last one as if no core ever waited. No graphics card was measured.",
        table(head, rows),
    ]


def _machines(known: dict[str, Any]) -> list[str]:
    part = known["machines"]
    if "missing" in part:
        return ["## Measured: machines", f"Not measured: {part['missing']}."]
    one, two = part["rows"]
    rows = [
        (str(row["machines"]), f"{row['epoch_s']:.1f} s", f"{row['all_s']:.0f} s", f"{row['processor_s']:.0f} s")
        for row in (one, two)
    ]
    return [
        "## Measured: machines",
        f"{part['network']}, {one['films']} films: one process on one core against two on one core each, over the loopback by `TF_CONFIG`: {one['epoch_s'] / two['epoch_s']:.2f} times as fast. "
        "Every machine varies the whole batch and keeps its part of it, so that what this takes is not shared. Two machines of their own share no memory bus, and have a network between them.",
        table(("Machines", "An epoch", "From start to end", "Processor time of all"), rows),
    ]


def _search(known: dict[str, Any]) -> list[str]:
    part = known["search"]
    if "missing" in part:
        return ["## Measured: a search", f"Not measured: {part['missing']}."]
    one, two = part["rows"]
    rows = [(str(row["workers"]), str(row["trials"]), f"{row['seconds']:.0f} s", f"{row['processor_s']:.0f} s", f"{row['per_hour']:.0f}") for row in (one, two)]  # fmt: skip
    return [
        "## Measured: a search",
        f"Small networks on 60 drawn films, one worker and two on one study, each on a core of its own and with the start of TensorFlow in it: {two['per_hour'] / one['per_hour']:.2f} times as many trials.",
        table(("Workers", "Trials", "Time", "Processor time of all", "Trials an hour"), rows),
    ]


def cost_of(visitors: int, part: dict[str, Any], given: dict[str, Any]) -> dict[str, float]:
    """Dollars of a month with so many first visits on S3 and CloudFront, with Brotli copies by CloudFront's function."""
    cloudfront, s3, first = given["cloudfront"], given["s3"], part["visits"]["first"]
    gb, requests = visitors * first["brotli_bytes"] / 1e9, visitors * first["requests"]
    transfer, below, paid = 0.0, 0.0, max(0.0, gb - cloudfront["free_gb"])
    for tier in cloudfront["tiers"]:
        transfer += min(max(paid - below, 0), tier["up_to_gb"] - below) * tier["per_gb"]
        below = tier["up_to_gb"]
    asked = max(0, requests - cloudfront["free_requests"]) / 10_000 * cloudfront["per_10_000_requests"]
    calls = max(0, requests - cloudfront["free_function_calls"]) / 1e6 * cloudfront["per_million_function_calls"]
    # At the most: as if CloudFront kept nothing, and asked S3 each time.
    stored = part["stored_bytes"] / 1e9 * s3["per_gb_month"]
    origin = requests / 1000 * s3["per_1_000_gets"]
    return {"gb": gb, "requests": requests, "transfer": transfer, "asked": asked, "calls": calls, "s3": stored + origin}


def _visitors(known: dict[str, Any]) -> list[str]:
    part, given = known["visitors"], prices()
    visits, pages = part["visits"], given["github_pages"]
    sent = [
        (f"{name} visit", str(visit["requests"]), f"{visit['gzip_bytes'] / 1e6:.2f} MB", f"{visit['brotli_bytes'] / 1e6:.2f} MB")
        for name, visit in visits.items()
    ]  # fmt: skip
    costs = []
    for count in VISITORS:
        cost = cost_of(count, part, given)
        total = cost["transfer"] + cost["asked"] + cost["calls"] + cost["s3"]
        costs.append(
            (f"{count:,}", f"{cost['gb']:,.0f} GB", f"${cost['transfer']:,.0f}", f"${cost['asked']:,.0f}", f"${cost['calls']:.2f}",
             f"${cost['s3']:.2f}", f"**${total:,.0f}**")
        )  # fmt: skip
    within = int(pages["gb_a_month"] * 1e9 / visits["first"]["gzip_bytes"])
    sources = "\n".join(f"- {each['title']}: <{each['source']}>, {each['read']}" for each in given.values())
    return [
        "## Measured: visitors",
        f"The default site, {part['files']} files, {part['site_bytes'] / 1e6:.1f} MB, the largest {part['largest_file_bytes'] / 1e6:.1f} MB. Counted at the server: a visitor opens the page and reads a "
        "film, the service worker keeps what it needs, and the visitor comes again. Reading a film asks for nothing, nor do a thousand.",
        table(("", "Requests", "Sent, gzip", "Sent, Brotli"), sent),
        "A month in which so many people come for the first time, on S3 behind CloudFront set up as [hosting](hosting.md#amazon-s3) says. The next visits add their requests and little else.",
        table(("First visits", "Sent", "Transfer", "Requests", "Function", "S3, at most", "Together"), costs),
        f"GitHub Pages allows a site of {pages['site_gb']} GB, of which this one takes {part['site_bytes'] / 1e7 / pages['site_gb']:.1f} %, and asks for at most {pages['gb_a_month']} GB a month: about "
        f"{round(within, -3):,} first visits. The limit is soft: GitHub may slow the site down, or ask to move it.",
        f"Prices and limits are inputs, in `tests/tools/scaling/prices.toml`, and change; these were read at:\n\n{sources}",
    ]


def _mb(count: float) -> str:
    return f"{count / 1e6:,.0f} MB"


def _hours(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
