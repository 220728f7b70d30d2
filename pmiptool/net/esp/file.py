"""The file of ``--esp``: security associations in TOML. No error and no warning says what stands in it for a key."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from pmiptool.errors import UsageError
from pmiptool.net.esp.associations import ANY, WINDOW, Association, Esp, Network, spi_text
from pmiptool.net.esp.transform import ALGORITHMS, SALT, Algorithm, Transform
from pmiptool.net.peer import explain
from pmiptool.text.names import did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LARGEST = 1 << 20  # octets of a file
_RESERVED = 255  # SPIs up to here are IANA's, and 0 is for the machine itself (RFC 4303 2.1)
_LARGEST_WINDOW = 4096
_PER_SECOND = 1000  # so that numbers begin anew every 49 days


class _Sa(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[sa]]`` as it stands there."""

    spi: int
    algorithm: str
    src: str | None = None
    dst: str | None = None
    direction: str | None = None
    key: str | None = None
    key_file: str | None = None
    auth_key: str | None = None
    auth_key_file: str | None = None
    replay_window: int = WINDOW
    first_sequence: int | str = 1

    def __repr__(self) -> str:
        return "<sa>"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sa: tuple[_Sa, ...]


def load_esp(path: str | Path, say: Callable[[str], None] | None = None) -> Esp:
    """Read a file of SAs. `say` is told of keys that others can read (default: stderr), and what `Esp` tells.

    Raises UsageError that names the file and the key of it that is wrong.
    """
    reader = _Reader(Path(path), say)
    return Esp(reader.associations(), str(path), say)


_HEX = re.compile(r"[0-9a-fA-F:\s]{16,}")


def _shown(file: str, path: Path) -> str:
    """The name of a file of a key; one that looks like the key itself, where a name should stand, is not shown."""
    return "what it names, which looks like the key itself" if _HEX.fullmatch(file) else str(path)


class _Reader:
    def __init__(self, path: Path, say: Callable[[str], None] | None) -> None:
        self._path = path
        self._say = say or (lambda text: print(text, file=sys.stderr))

    def associations(self) -> list[Association]:
        octets = self._read(self._path, f"cannot read the file of SAs {self._path}")
        try:
            document = tomllib.loads(octets.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            # What else the error says may have octets of the file in it.
            found = re.search(r"\(at line \d+, column \d+\)", str(error))
            where = f" {found.group()}" if found else ""
            raise UsageError(f"{self._path} is no TOML{where}; keys in hex stand in quotes") from None
        try:
            file = msgspec.convert(document, _File)
        except msgspec.ValidationError as error:
            raise UsageError(f"{self._path}: {explain(error, _File)}") from None
        if not file.sa:
            raise UsageError(f"{self._path} has no [[sa]]")
        if any(one.key is not None or one.auth_key is not None for one in file.sa):
            self._look_at_rights(self._path)
        found_: list[Association] = []
        for number, one in enumerate(file.sa, 1):
            try:
                found_.append(self._association(one))
                _refuse_twins(found_)
            except UsageError as error:
                raise UsageError(f"{self._path}: sa number {number}: {error}") from None
        return found_

    def _association(self, one: _Sa) -> Association:
        if not _RESERVED < one.spi < 1 << 32:
            raise UsageError(f"spi takes {spi_text(_RESERVED + 1)} to 0xffffffff; smaller ones are reserved")
        algorithm = _algorithm(one.algorithm)
        if one.direction not in (None, "in", "out"):
            raise UsageError('direction takes "in" or "out"')
        if one.src is None and one.dst is None and one.direction is None:
            raise UsageError('it does not say for which packets it is; give src and dst, or direction = "in" or "out"')
        if not 0 <= one.replay_window <= _LARGEST_WINDOW:
            raise UsageError(f"replay_window takes 0 (none) to {_LARGEST_WINDOW}")
        salted = f" ({algorithm.key - SALT} of the key and {SALT} of salt)" if algorithm.cipher == "gcm" else ""
        key = self._key("key", one.key, one.key_file, algorithm.key, algorithm.name, salted)
        auth_key = self._key("auth_key", one.auth_key, one.auth_key_file, algorithm.auth_key, algorithm.name)
        return Association(
            one.spi,
            Transform(algorithm, key, auth_key),
            src=_network("src", one.src),
            dst=_network("dst", one.dst),
            direction=one.direction,
            window=one.replay_window,
            number=_first(one.first_sequence),
        )

    def _key(self, name: str, text: str | None, file: str | None, size: int, algorithm: str, more: str = "") -> bytes:
        """The octets of a key, from the file of SAs or from one of its own."""
        if text is not None and file is not None:
            raise UsageError(f"{name} and {name}_file exclude each other")
        where = name if file is None else f"{name}_file"
        if not size:
            if text is None and file is None:
                return b""
            raise UsageError(f"{where}: {algorithm} has no such key")
        if file is not None:
            path = self._path.parent / file
            octets = self._read(path, f"{where}: cannot read {_shown(file, path)}")
            self._look_at_rights(path)
            text = octets.decode("ascii", "replace")
        elif text is None:
            raise UsageError(f"{name} is missing; {algorithm} takes {size} octets{more}, in hex")
        digits = re.sub(r"[\s:]", "", text)
        digits = digits[2:] if digits[:2] in ("0x", "0X") else digits
        if not re.fullmatch(r"[0-9a-fA-F]*", digits):
            raise UsageError(f"{where} holds something else than hex digits")
        if len(digits) != 2 * size:
            raise UsageError(f"{where} has {len(digits)} hex digits; {algorithm} takes {2 * size}, {size} octets{more}")
        return bytes.fromhex(digits)

    @staticmethod
    def _read(path: Path, complaint: str) -> bytes:
        try:
            with open(path, "rb") as stream:
                octets = stream.read(_LARGEST + 1)
        except OSError as error:
            raise UsageError(f"{complaint}: {error.strerror}") from None
        except ValueError:  # a zero in the name
            raise UsageError(f"{complaint}: no such name") from None
        if len(octets) > _LARGEST:
            raise UsageError(f"{complaint}: it is too long")
        return octets

    def _look_at_rights(self, path: Path) -> None:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            self._say(f"warning: {path} has keys and others can read it; run: chmod go-rwx {path}")


def _algorithm(text: str) -> Algorithm:
    name = text.strip().lower()
    if name not in ALGORITHMS:  # its text is not shown: it may be a key in the wrong place
        close = did_you_mean(name, tuple(ALGORITHMS))
        raise UsageError(f"algorithm is none of {', '.join(ALGORITHMS)}{close}")
    return ALGORITHMS[name]


def _first(given: int | str) -> int:
    """The first sequence number. From the clock it is above those of an earlier run that sent fewer a second."""
    if given == "clock":
        return max(1, int(time.time() * _PER_SECOND) & 0xFFFFFFFF)
    if isinstance(given, str) or not 1 <= given < 1 << 32:
        raise UsageError('first_sequence takes 1 to 0xffffffff, or "clock"')
    return given


def _network(name: str, text: str | None) -> Network:
    if text is None:
        return ANY
    try:
        return Network(text)
    except ValueError:
        raise UsageError(f"{name} is no IPv6 address or prefix") from None


def _refuse_twins(associations: list[Association]) -> None:
    """Two SAs that the same packet could be under: the SPI would not tell which (RFC 4301 4.1)."""
    *others, new = associations
    for number, other in enumerate(others, 1):
        apart = {new.direction, other.direction} == {"in", "out"}
        overlap = new.src.overlaps(other.src) and new.dst.overlaps(other.dst)
        if new.spi == other.spi and overlap and not apart:
            raise UsageError(f"spi {spi_text(new.spi)} is that of sa number {number} too, for the same addresses")
