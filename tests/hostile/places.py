"""Paths as nobody means them: what is there is no file, no folder, not readable, endless, or has an odd name."""

from __future__ import annotations

import os
import socket
from pathlib import Path

ODD_NAMES = {
    "spaces": "a folder with  spaces ",
    "newline": "two\nlines",
    "dash": "-rf",
    "quotes": 'it\'s "quoted" $HOME `id`',
    "unicode": "Röntgen-片子-🩻",
    "right to left": "\u202egnp.mlif",
    "surrogate": os.fsdecode(b"bytes-\xff\xfe"),
    "glob": "[a-z]*?",
    "percent": "%s{0}%(x)d",
    "dots": "...",
    "long": "x" * 200,
}
# A file that each command looks for.
OF_EVERY_COMMAND = (
    "train/NORMAL/a.png",
    "train/PNEUMONIA/b.png",
    "config.toml",
    "metadata.json",
    "splits.csv",
    "build.json",
)
TEXTS: dict[str, bytes] = {
    "empty": b"",
    "nul": b"\0" * 64,
    "noise": bytes(range(256)) * 4,
    "latin-1": "title = \"Größe\"\n".encode("latin-1"),
    "utf-16": 'title = "x"\n'.encode("utf-16"),
    "mark alone": b"\xef\xbb\xbf",
    "half a character": b'name = "\xe2\x82',
    "open string": b'name = "',
    "open brackets": b"[" * 5000,
    "open tables": b'{"a":' * 5000,
    "number without end": b"x = " + b"9" * 5000,
    "not a number": b"x = nan\ny = inf\n",
    "json not a number": b'{"files": NaN, "name": Infinity}',
    "json list": b"[1, 2, 3]",
    "json null": b"null",
    "json text": b'"text"',
    "json of nothing": b"{}",
    "json number without end": b'{"files": [' + b"9" * 5000 + b"]}",
    "csv": b"path,label,patient_id,split,sha256,width,height\n",
    "csv of two columns": b"file,patient_id\nx.png,1\n",
    "csv with open quote": b'file,patient_id\n"x.png,1\n',
    "csv with nul": b"file,patient_id\nx\0.png,1\n",
    "csv with odd rows": b"file,patient_id\n1\n1,2,3,4\n",
    "zip": b"PK\x05\x06" + bytes(18),
    "half a zip": b"PK\x03\x04" + bytes(40),
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(200),
    "lines": b"\n" * 2000,
    "line": b"a" * 200_000,
}  # fmt: skip
ENDINGS = ("", ".toml", ".json", ".csv", ".keras", ".zip", ".png")


def write_places(folder: Path) -> dict[str, Path]:
    """Makes one of each kind in `folder`: name → path."""
    places: dict[str, Path] = {"missing": folder / "missing", "below a file": folder / "file" / "below"}
    (folder / "file").write_bytes(b"Dear colleague")
    places["file"] = folder / "file"
    for name, text in TEXTS.items():
        ending = ENDINGS[len(places) % len(ENDINGS)]
        places[name] = folder / f"{name}{ending}"
        places[name].write_bytes(text)
        if name.startswith("json") or name == "open tables":
            (folder / f"{name}.in").mkdir()
            for known in ("metadata.json", "build.json", "source.json", "model.json", "evaluation.json"):
                (folder / f"{name}.in" / known).write_bytes(text)
            places[f"{name} in a folder"] = folder / f"{name}.in"
    for name, odd in ODD_NAMES.items():
        try:
            (folder / odd).mkdir()
        except OSError:  # a file system that cannot
            continue
        places[f"name of {name}"] = folder / odd
    places |= _links(folder)
    places |= _data_sets(folder)
    deep = folder / "deep"
    (deep / "/".join(["d"] * 200)).mkdir(parents=True)
    places["deep"] = deep
    places["name that is too long"] = folder / ("n" * 300)
    places["path that is too long"] = folder / "/".join(["p" * 100] * 60)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe")
        os.mkfifo(folder / "pipe.toml")
        places |= {"pipe": folder / "pipe", "pipe.toml": folder / "pipe.toml"}
        # A full name of a socket may have 108 bytes.
        here = Path.cwd()
        os.chdir(folder)
        try:
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind("socket")
        finally:
            os.chdir(here)
        places["socket"] = folder / "socket"
    for device in ("/dev/null", "/dev/full", "/dev/zero"):
        if Path(device).exists():
            places[device] = Path(device)
    if Path("/proc/self").exists():
        places |= {"/proc/self/mem": Path("/proc/self/mem"), "/proc/self/fd": Path("/proc/self/fd")}
    return places


def _links(folder: Path) -> dict[str, Path]:
    for name, target in {"broken": "nowhere", "loop": "loop", "up": ".", "to file": "file"}.items():
        (folder / f"link {name}").symlink_to(target)
    return {f"link {name}": folder / f"link {name}" for name in ("broken", "loop", "up", "to file")}


def _data_sets(folder: Path) -> dict[str, Path]:
    """Folders that are nearly data sets, and nearly runs, bundles and sites."""
    places = {}
    for name, paths in {
        "no class": ["train/", "test/"],
        "empty classes": ["train/NORMAL/", "train/PNEUMONIA/"],
        "one class": ["train/NORMAL/a.png"],
        "files for folders": ["train", "test"],
        "files for classes": ["train/NORMAL", "train/PNEUMONIA"],
        "only test": ["test/NORMAL/a.png", "test/PNEUMONIA/b.png"],
        "no film": ["train/NORMAL/a.png", "train/PNEUMONIA/b.txt", "test/OTHER/c.dcm"],
        "folders for films": ["train/NORMAL/a.png/", "train/PNEUMONIA/b.png/"],
        "run of nothing": ["config.toml"],
        "run of folders": ["config.toml/", "splits.csv/", "model.keras/"],
        "bundle of nothing": ["metadata.json", "model.json"],
        "bundle of folders": ["metadata.json/", "model.json/"],
        "site of folders": ["build.json/", "index.html"],
        "prepared of nothing": ["splits.csv", "source.json"],
        "prepared of folders": ["splits.csv/", "source.json/"],
        "saved model": ["saved_model.pb", "variables/"],
    }.items():
        root = folder / f"set {name}"
        for path in paths:
            if path.endswith("/"):
                (root / path).mkdir(parents=True)
            else:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(b"")
        places[f"set {name}"] = root
    if hasattr(os, "mkfifo"):
        pipes = folder / "set of pipes"
        for path in OF_EVERY_COMMAND:
            (pipes / path).parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(pipes / path)
        places["set of pipes"] = pipes
    loops = folder / "set of loops"
    for path in OF_EVERY_COMMAND:
        (loops / path).parent.mkdir(parents=True, exist_ok=True)
        (loops / path).symlink_to(Path(path).name)
    (loops / "train" / "up").symlink_to("..")
    places["set of loops"] = loops
    return places
