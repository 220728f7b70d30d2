"""Puts the dissector where Wireshark looks for a user's Lua plugins, and takes it away again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pmiptool.dissector.generate import FILE_NAME
from pmiptool.errors import EnvironmentLacks, UsageError

_MARK = f"-- {FILE_NAME}:"
"""How every generated file begins; others of that name are not ours to overwrite or remove."""


def plugin_folder() -> Path:
    """The folder of personal Lua plugins: what tshark says, else where Wireshark has it by default.

    Wireshark may well be there without its tshark in PATH, so a missing tshark is no error.
    """
    return _told_by_tshark() or default_folder()


def default_folder() -> Path:
    """`%APPDATA%\\Wireshark\\plugins` on Windows, `~/.local/lib/wireshark/plugins` elsewhere."""
    if sys.platform == "win32":
        roaming = os.environ.get("APPDATA")
        return (Path(roaming) if roaming else Path.home() / "AppData" / "Roaming") / "Wireshark" / "plugins"
    return Path.home() / ".local" / "lib" / "wireshark" / "plugins"


def _told_by_tshark() -> Path | None:
    places = [os.environ.get("PATH", os.defpath)]
    places += [os.path.join(os.environ[key], "Wireshark") for key in ("ProgramFiles",) if key in os.environ]
    places.append("/Applications/Wireshark.app/Contents/MacOS")
    tshark = shutil.which("tshark", path=os.pathsep.join(places))
    if tshark is None:
        return None
    try:
        told = subprocess.run([tshark, "-G", "folders"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"^Personal Lua Plugins:[ \t]*(.+?)[ \t]*\r?$", os.fsdecode(told.stdout), re.MULTILINE)
    return Path(found[1]) if found else None


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MARK)) == _MARK.encode()
    except OSError as error:
        raise EnvironmentLacks(f"cannot read {path}: {error.strerror}; make it readable for you") from None


def install(text: str) -> Path:
    """Write the dissector into the plugin folder; the path of the file.

    Raises UsageError for a foreign file of that name, EnvironmentLacks where it cannot be written.
    """
    path = plugin_folder() / FILE_NAME
    if path.exists() and not _is_ours(path):
        raise UsageError(f"{path} is not of pmiptool; move it away first")
    beside = path.with_name(f".{FILE_NAME}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise EnvironmentLacks(
            f"cannot write {path}: {error.strerror}; make the folder yours, for instance with: "
            f'sudo chown -R "$USER" {path.parent}'
        ) from None
    return path


def uninstall() -> Path | None:
    """Remove the dissector and the folders that it leaves empty; the file removed, None when there was none.

    Raises UsageError for a foreign file of that name, EnvironmentLacks where it cannot be removed.
    """
    path = plugin_folder() / FILE_NAME
    if not path.exists():
        return None
    if not _is_ours(path):
        raise UsageError(f"{path} is not of pmiptool; remove it yourself if it is in the way")
    try:
        path.unlink()
    except OSError as error:
        raise EnvironmentLacks(f"cannot remove {path}: {error.strerror}; run: sudo rm {path}") from None
    keep = {Path.home(), Path(os.environ.get("APPDATA", Path.home()))}
    for folder in path.parents:
        if folder in keep or not any(kept in folder.parents for kept in keep):
            break
        try:
            folder.rmdir()
        except OSError:  # something else is in it
            break
    return path
