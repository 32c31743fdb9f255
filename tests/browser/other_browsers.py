"""Firefox and WebKit as Linux distributions have them, by what each understands of WebDriver itself: no driver to install."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

Ask = Callable[[str, dict[str, Any]], Any]

# A snap's Firefox would see neither its profile nor the films in the tests' folders.
FIREFOXES = ("firefox-esr",) if Path("/snap/bin/firefox").exists() else ("firefox-esr", "firefox")
# WebDriver's commands, by their addresses, as Marionette calls them.
MARIONETTE = {"url": "Navigate", "execute/sync": "ExecuteScript", "element": "FindElement", "value": "ElementSendKeys"}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
STARTING_S = 60
PATIENCE_S = 120
TIMEOUTS = {"script": PATIENCE_S * 1000}
# What a page shows that does not become what it should.
STATE = "return `${location.href}: ${document.body?.innerText.slice(0, 2000)}`"


@dataclass(frozen=True)
class OtherBrowser:
    """A browser with one page; `ask` sends a command of WebDriver with its parameters and returns the answer's value."""

    ask: Ask

    def open(self, address: str) -> None:
        """Opens an address, and keeps what goes wrong on the page from then on."""
        self.ask("url", {"url": address})
        self.run(
            """window.problems = [];
            for (const type of ["error", "unhandledrejection", "securitypolicyviolation"])
              addEventListener(type, (event) => problems.push(
                `${type}: ${event.message ?? event.reason ?? event.violatedDirective}`));"""
        )

    def run(self, script: str, *arguments: object) -> Any:
        """What a script on the page returns, or its promise brings."""
        return self.ask("execute/sync", {"script": script, "args": arguments})

    def until(self, expression: str) -> Any:
        """The value of an expression, as soon as it is one that counts as true: asked again and again, so that the page may load itself anew."""
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = self.run(
                f"try {{ return [{expression}, null]; }} catch (error) {{ return [null, String(error)]; }}"
            )
            found, error = answer or (None, "the page is just being left")
            if found:
                return found
            assert time.monotonic() < until, (
                f"not within {PATIENCE_S} s: {expression}; {error or found}\n{self.run(STATE)}"
            )
            time.sleep(0.05)

    def type(self, selector: str, keys: str) -> None:
        """Presses keys on an element; gives it files, one path a line."""
        element = self.ask("element", {"using": "css selector", "value": selector})[ELEMENT]
        self.ask("value", {"id": element, "text": keys})


@contextmanager
def firefox(folder: Path) -> Iterator[OtherBrowser | None]:
    """Firefox without a window, by its own Marionette, with a fresh profile in `folder`; None where there is none."""
    program = next(filter(None, map(shutil.which, FIREFOXES)), None)
    if program is None:
        yield None
        return
    port = _free_port()
    (folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
    with ExitStack() as stack:
        _run(stack, [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)])
        connection = stack.enter_context(_connected(port))
        answers = stack.enter_context(connection.makefile("rb"))

        def answer() -> Any:
            length = b"".join(iter(lambda: answers.read(1), b":"))
            return json.loads(answers.read(int(length)))

        def ask(command: str, parameters: dict[str, Any]) -> Any:
            message = json.dumps([0, 1, f"WebDriver:{MARIONETTE.get(command, command)}", parameters]).encode()
            connection.sendall(b"%d:%s" % (len(message), message))
            _, _, error, result = answer()
            assert error is None, error
            return result.get("value", result)

        answer()  # its greeting
        ask("NewSession", {"timeouts": TIMEOUTS})
        yield OtherBrowser(ask)


@contextmanager
def webkit(_: Path) -> Iterator[OtherBrowser | None]:
    """WebKitGTK's small browser on a screen in memory, by WebKit's own driver; None where one of them is missing."""
    if not (shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        yield None
        return
    port = _free_port()
    with ExitStack() as stack:
        screen = _run(stack, ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24"], stdout=subprocess.PIPE)
        assert screen.stdout is not None
        display = f":{screen.stdout.readline().decode().strip()}"
        _run(stack, ["WebKitWebDriver", f"--port={port}"], DISPLAY=display)
        _connected(port).close()
        connection = HTTPConnection("127.0.0.1", port)
        stack.callback(connection.close)

        def send(method: str, path: str, parameters: dict[str, Any]) -> Any:
            connection.request(method, path, json.dumps(parameters), {"Content-Type": "application/json"})
            response = connection.getresponse()
            value = json.load(response)["value"]
            assert response.status == 200, value
            return value

        session = f"/session/{send('POST', '/session', {'capabilities': {'alwaysMatch': {'timeouts': TIMEOUTS}}})['sessionId']}"
        stack.callback(send, "DELETE", session, {})

        def ask(command: str, parameters: dict[str, Any]) -> Any:
            path = f"element/{parameters['id']}/value" if command == "value" else command
            return send("POST", f"{session}/{path}", parameters)

        yield OtherBrowser(ask)


def _run(
    stack: ExitStack, command: list[str], *, stdout: int = subprocess.DEVNULL, **environment: str
) -> subprocess.Popen[bytes]:
    """A program that runs until the stack is left."""
    everything = {**os.environ, **environment}
    running = stack.enter_context(subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL, env=everything))
    stack.callback(running.terminate)
    return running


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _connected(port: int) -> socket.socket:
    """A connection to a program that is starting."""
    until = time.monotonic() + STARTING_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
