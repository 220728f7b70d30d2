"""Headless Chromium over its debugging pipe: opens a page of a file, looks at it, types and clicks. No library needed.

Tests that use it skip, and say why, where there is no Chromium or it does not start.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
TIMEOUT = 60.0


class NoChromium(Exception):
    """There is none, or it does not start; says why."""


def executable() -> str | None:
    """The Chromium of this machine; `CHROMIUM` names another."""
    return next((path for name in (os.environ.get("CHROMIUM"), *NAMES) if name and (path := shutil.which(name))), None)


class Chromium:
    """One browser with one page, as a context manager."""

    def __enter__(self) -> Chromium:
        path = executable()
        if path is None:
            raise NoChromium("no Chromium on this machine: apt-get install chromium")
        self._home = tempfile.TemporaryDirectory(prefix="pmip-chromium-", ignore_cleanup_errors=True)
        to_child, ours_out = os.pipe()
        ours_in, from_child = os.pipe()
        self._out, self._in = ours_out, ours_in
        line = [
            path,
            "--headless=new",
            "--remote-debugging-pipe",
            f"--user-data-dir={self._home.name}",
            "--no-first-run",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
            "--window-size=1280,900",
        ]
        # Chromium reads commands from descriptor 3 and writes to 4.
        shell = f'exec 3<&{to_child} 4>&{from_child}; exec "$@"'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", shell, "bash", *line], pass_fds=(to_child, from_child), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self._home.name},
        )  # fmt: skip
        os.close(to_child)
        os.close(from_child)
        self._number, self._buffer, self._session = 0, b"", ""
        self.events: list[dict[str, Any]] = []
        try:
            target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
            self._session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self._call(f"{domain}.enable")
        except NoChromium:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._session = ""
            self._call("Browser.close")
            self._process.wait(10)
        except (NoChromium, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)
        self._home.cleanup()

    def _call(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters or {}}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._out, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise NoChromium("Chromium does not start here") from None
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def _next(self, wait: float = TIMEOUT) -> dict[str, Any]:
        end = time.monotonic() + wait
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0.0, end - time.monotonic()))[0]:
                raise NoChromium(f"Chromium says nothing for {wait:.0f} s")
            more = os.read(self._in, 1 << 20)
            if not more:
                raise NoChromium("Chromium does not start here")
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message

    def open(self, path: Path, *, dark: bool = False, paper: bool = False) -> None:
        """Load a file, wait until it is there."""
        self.events.clear()
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", {"media": "print" if paper else "", "features": [scheme]})
        self._call("Page.navigate", {"url": path.resolve().as_uri()})
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self._call("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def becomes(self, expression: str, value: Any, wait: float = 10.0) -> bool:
        """Whether an expression has a value, now or soon: what a click does may take a moment."""
        end = time.monotonic() + wait
        while self.run(expression) != value:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def press(self, *keys: str) -> None:
        """Keys by name (`Tab`, `Enter`) or as the character they type."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}
        for key in keys:
            text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
            down = {"type": "keyDown", "key": key, "windowsVirtualKeyCode": codes.get(key, 0), "text": text}
            self._call("Input.dispatchKeyEvent", down if text else {**down, "type": "rawKeyDown"})
            up = {"type": "keyUp", "key": key, "windowsVirtualKeyCode": codes.get(key, 0)}
            self._call("Input.dispatchKeyEvent", up)

    def complaints(self) -> list[str]:
        """What the console says, and every request that is not for the file itself."""
        found = []
        for event in self.events:
            what = event["params"]
            if event["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
                found.append(json.dumps(what)[:500])
            if event["method"] == "Network.requestWillBeSent" and not what["request"]["url"].startswith("file:"):
                found.append(what["request"]["url"])
        return found

    def picture(self, path: Path, *, width: int = 1280, whole: bool = True) -> None:
        """A screenshot as PNG, of the whole page."""
        height = min(int(self.run("document.documentElement.scrollHeight")), 12000) if whole else 900
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", size)
        data = self._call("Page.captureScreenshot", {"format": "png"})["data"]
        self._call("Emulation.clearDeviceMetricsOverride")
        path.write_bytes(base64.b64decode(data))


def chromium() -> Iterator[Chromium]:
    """For a fixture: the browser, or a skip that says why there is none."""
    import pytest

    try:
        browser = Chromium().__enter__()
    except NoChromium as error:
        pytest.skip(str(error))
    try:
        yield browser
    finally:
        browser.__exit__()
