"""Puts the dissector, and a profile, where Wireshark looks for a user's own, and takes them away again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from pmiptool.dissector.generate import FILE_NAME
from pmiptool.errors import EnvironmentLacks, UsageError

_MARK = f"-- {FILE_NAME}:"
"""How every generated file begins; others of that name are not ours to overwrite or remove."""
PROFILE = "PMIPv6"
_RECENT = "recent"
"""The file in which Wireshark keeps what its user last had: ours says what it begins with, and is written once."""
_PROFILE_MARK = "made-by-pmiptool"
"""A file in our profile: a folder without it is another's."""


def plugin_folder() -> Path:
    """The folder of personal Lua plugins: what tshark says, else where Wireshark has it by default.

    Wireshark may well be there without its tshark in PATH, so a missing tshark is no error.
    """
    return _told_by_tshark("Personal Lua Plugins") or default_folder()


def default_folder() -> Path:
    """`%APPDATA%\\Wireshark\\plugins` on Windows, `~/.local/lib/wireshark/plugins` elsewhere."""
    if sys.platform == "win32":
        return _roaming() / "Wireshark" / "plugins"
    return Path.home() / ".local" / "lib" / "wireshark" / "plugins"


def profile_folder() -> Path:
    """The folder of our profile, in the personal configuration that tshark names, else in Wireshark's default one."""
    return (_told_by_tshark("Personal configuration") or _default_configuration()) / "profiles" / PROFILE


def _default_configuration() -> Path:
    """`%APPDATA%\\Wireshark` on Windows, `wireshark` in `$XDG_CONFIG_HOME` or `~/.config` elsewhere."""
    if sys.platform == "win32":
        return _roaming() / "Wireshark"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "wireshark"


def _roaming() -> Path:
    told = os.environ.get("APPDATA")
    return Path(told) if told else Path.home() / "AppData" / "Roaming"


def _told_by_tshark(what: str) -> Path | None:
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
    found = re.search(rf"^{what}:[ \t]*(.+?)[ \t]*\r?$", os.fsdecode(told.stdout), re.MULTILINE)
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
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    return path


def install_profile() -> Path:
    """Write the profile "PMIPv6" (columns, colours, filter buttons, I/O graphs, macros); its folder.

    What Wireshark or its user have added to the profile stays. Raises UsageError for a foreign profile of that name,
    EnvironmentLacks where it cannot be written.
    """
    folder = profile_folder()
    if folder.exists() and not (folder / _PROFILE_MARK).exists():
        raise UsageError(f"{folder} is not of pmiptool; rename that profile first")
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / _PROFILE_MARK, "`pmiptool dissector uninstall` removes this profile.\n")
        for part in resources.files("pmiptool.dissector").joinpath("profile").iterdir():
            if part.name != _RECENT or not (folder / _RECENT).exists():
                _replace(folder / part.name, part.read_text(encoding="utf-8"))
    return folder


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentLacks(
            f"cannot write {path}: {error.strerror}; make the folder yours, for instance with: "
            f'sudo chown -R "$USER" {path.parent}'
        ) from None


def _replace(path: Path, text: str) -> None:
    """Write a file at once or not at all."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def uninstall() -> list[Path]:
    """Remove the dissector, the profile, and the folders that they leave empty; what was removed.

    Raises UsageError for a foreign file of that name, EnvironmentLacks where it cannot be removed. A foreign profile
    of our profile's name stays.
    """
    removed = []
    path, profile = plugin_folder() / FILE_NAME, profile_folder()
    if path.exists():
        if not _is_ours(path):
            raise UsageError(f"{path} is not of pmiptool; remove it yourself if it is in the way")
        with _removing(path):
            path.unlink()
        removed.append(path)
    if (profile / _PROFILE_MARK).exists():
        with _removing(profile):
            shutil.rmtree(profile)
        removed.append(profile)
    for one in removed:
        _drop_empty(one)
    return removed


@contextlib.contextmanager
def _removing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentLacks(f"cannot remove {path}: {error.strerror}; run: sudo rm -r {path}") from None


def _drop_empty(path: Path) -> None:
    """Remove the folders above a path that it leaves empty, up to the home folder."""
    keep = {Path.home(), Path(os.environ.get("APPDATA", Path.home()))}
    for folder in path.parents:
        if folder in keep or not any(kept in folder.parents for kept in keep):
            break
        try:
            folder.rmdir()
        except OSError:  # something else is in it
            break
