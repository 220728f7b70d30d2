"""Runs tshark: found, new enough, without the user's settings, unprivileged, and heard when it complains.

tshark 4.4 and later load no Lua for root without saying so, and every version ends with 0 when a Lua file has a syntax
error. So a root user's tshark runs as nobody, and its stderr is read. Each run has an empty home folder of its own:
an installed copy of the dissector or the user's preferences would change what is judged.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from pmiptool.capture.opening import open_file
from pmiptool.errors import EnvironmentLacks, UsageError

AT_LEAST = (4, 0)
INSTALL = "brew install wireshark" if sys.platform == "darwin" else "sudo apt-get install -y tshark"
_NOBODY = 65534


class LuaRefused(UsageError):
    """Wireshark refuses the Lua file, or a part of it failed while packets were read."""


class Tshark(NamedTuple):
    """`lua`: the version of the Lua in it, None when it was built without."""

    path: str
    version: tuple[int, ...]
    lua: str | None = None

    def __str__(self) -> str:
        return f"tshark {'.'.join(map(str, self.version))}"


def find() -> Tshark:
    """tshark in PATH, or where Windows and macOS have it. Raises EnvironmentLacks with what installs it."""
    places = [os.environ.get("PATH", os.defpath)]
    places += [os.path.join(os.environ[key], "Wireshark") for key in ("ProgramFiles",) if key in os.environ]
    places.append("/Applications/Wireshark.app/Contents/MacOS")
    path = shutil.which("tshark", path=os.pathsep.join(places))
    if path is None:
        raise EnvironmentLacks(f"tshark was not found; install it with: {INSTALL}")
    try:
        text = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, errors="replace").stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentLacks(f"{path} does not run ({error}); install it anew with: {INSTALL}") from None
    version, lua = read_version(text)
    if version < AT_LEAST:
        old = ".".join(map(str, version))
        raise EnvironmentLacks(f"{path} is version {old}, and 4.0 is the oldest that serves; update it: {INSTALL}")
    return Tshark(path, version, lua)


def read_version(text: str) -> tuple[tuple[int, ...], str | None]:
    """Version and Lua's version in what `tshark --version` prints, in lines of any length."""
    found = re.search(r"TShark[^0-9]*(\d+)\.(\d+)(?:\.(\d+))?", text)
    lua = re.search(r"with Lua (\d[\d.]*\d)", " ".join(text.split()))
    return tuple(int(number) for number in found.groups("0")) if found else (0,), lua.group(1) if lua else None


class Room:
    """A temporary folder that is tshark's home, with the Lua file in it; removed at the end."""

    def __init__(self, lua: str | os.PathLike[str] | None) -> None:
        self.lua = None if lua is None else os.fspath(lua)
        self._folder = tempfile.TemporaryDirectory(prefix="pmiptool-tshark-")
        folder = Path(self._folder.name)
        folder.chmod(0o755)
        self.arguments: list[str] = []
        if self.lua is not None:
            copy = folder / "judge.lua"
            try:
                shutil.copyfile(self.lua, copy)
            except OSError as error:
                self.close()
                raise UsageError(f"cannot read the Lua file {self.lua}: {error.strerror}") from None
            copy.chmod(0o644)
            self.arguments = ["-X", f"lua_script:{copy}"]
        keep = {key: value for key, value in os.environ.items() if not key.startswith(("WIRESHARK", "XDG_"))}
        self.process: dict[str, Any] = {"env": {**keep, "HOME": str(folder), "APPDATA": str(folder)}, "cwd": folder}
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self.process |= {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}

    def keep(self, capture: str | os.PathLike[str]) -> Path:
        """A copy of a capture in the folder, for what must read it twice. Raises UsageError."""
        path = Path(self._folder.name) / "capture"
        with open_file(capture) as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        path.chmod(0o644)
        return path

    def privileged(self) -> dict[str, Any]:
        """How to start it where root may not become nobody (some containers)."""
        return {key: self.process[key] for key in ("env", "cwd")}

    def heard(self, stderr: str) -> None:
        """Raises LuaRefused for a complaint about the Lua file."""
        for line in stderr.splitlines():
            if "Lua" in line and self.lua is not None:
                text = line.strip().replace(self.arguments[1].partition(":")[2], self.lua)
                raise LuaRefused(f"Wireshark refuses the Lua file {self.lua}: {text}")

    def close(self) -> None:
        self._folder.cleanup()

    def __enter__(self) -> Room:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def options(preferences: Mapping[str, object] | None) -> list[str]:
    """Wireshark preferences as arguments of tshark."""
    return [part for key, value in (preferences or {}).items() for part in ("-o", f"{key}:{_preference(value)}")]


def _preference(value: object) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def ended(capture: str | os.PathLike[str], room: Room, code: int, stderr: str) -> None:
    """Judge how a run ended. Raises LuaRefused, or UsageError for a capture that tshark could not read to its end."""
    room.heard(stderr)
    if code:
        _, found, text = stderr.partition("tshark: ")
        reason = " ".join((text if found else stderr).split()).rstrip(".") or f"exit code {code}"
        raise UsageError(f"tshark cannot read {os.fspath(capture)} to its end: {reason}")


def run(
    capture: str | os.PathLike[str],
    arguments: Sequence[str],
    *,
    lua: str | os.PathLike[str] | None = None,
    preferences: Mapping[str, object] | None = None,
    two_pass: bool = False,
    heard: Callable[[str], None] | None = None,
) -> Iterator[str]:
    """The lines that tshark prints about a capture, without their ends, as they come. Raises as `ended` does.

    two_pass: tshark reads the capture twice, so that what stands later is known. heard: gets what it says on stderr.
    """
    tshark = find()
    with open_file(capture) as stream, Room(lua) as room, tempfile.TemporaryFile("w+", errors="replace") as errors:
        source = ["-2", "-r", str(room.keep(capture))] if two_pass else ["-r", "-"]
        command = [tshark.path, "-n", *source, *room.arguments, *options(preferences), *arguments]
        pipes: dict[str, Any] = {
            "stdin": stream, "stdout": subprocess.PIPE, "stderr": errors, "text": True, "encoding": "utf-8",
            "errors": "replace",
        }  # fmt: skip
        try:
            process = subprocess.Popen(command, **pipes, **room.process)
        except OSError:
            process = subprocess.Popen(command, **pipes, **room.privileged())
        finished = False
        try:
            assert process.stdout is not None
            for line in process.stdout:
                yield line.rstrip("\n")
            finished = True
        finally:
            if not finished:
                process.kill()
            assert process.stdout is not None
            process.stdout.close()
            process.wait()
        errors.seek(0)
        said = errors.read()
        if heard is not None:
            heard(said)
        ended(capture, room, process.returncode, said)


def fields(
    capture: str | os.PathLike[str],
    names: Iterable[str],
    *,
    lua: str | os.PathLike[str] | None = None,
    preferences: Mapping[str, object] | None = None,
    display_filter: str | None = None,
    two_pass: bool = False,
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """For each packet, for each field name, all values that the field has there, as tshark prints them.

    This is the bulk path: some 50,000 packets a second.
    """
    arguments = ["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=\x1f"]
    for name in names:
        arguments += ["-e", name]
    if display_filter:
        arguments += ["-Y", display_filter]
    for line in run(capture, arguments, lua=lua, preferences=preferences, two_pass=two_pass):
        yield tuple(tuple(value.split("\x1f")) if value else () for value in line.split("\t"))
