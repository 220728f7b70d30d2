"""Failures as files: captures whose messages `pmiptool send --from FILE` sends again, octet for octet."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pmiptool.capture.files import Writer, read
from pmiptool.errors import UsageError
from pmiptool.fuzz.cases import Step
from pmiptool.fuzz.result import Failure
from pmiptool.fuzz.shape import Edit, Shape
from pmiptool.net.record import packet_of
from pmiptool.registry.rfc6275 import PROTOCOL
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire import checksum as sums
from pmiptool.wire.codec import HEADER
from pmiptool.wire.envelope import find

SECOND = 1_000_000_000  # nanoseconds between the messages of a file, whose times mean nothing
IPV6_HEADER = 40
WHEN = 1_262_304_000 * SECOND


class Corpus:
    """A folder of failures. Raises UsageError where it cannot be one."""

    def __init__(self, folder: str | None) -> None:
        self.folder = Path(folder) if folder is not None else None
        self.before: frozenset[str] = frozenset()
        if self.folder is not None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self.before = frozenset(path.name for path in self.folder.iterdir())
            except OSError as error:
                raise UsageError(f"--corpus {folder}: {error.strerror}") from None

    def keep(self, failure: Failure, locals_: Sequence[Endpoint], peer: Endpoint, about: str) -> None:
        """Write a failure where it is not known; it learns its file, and whether it was known."""
        name = name_of(failure)
        failure.known = name in self.before
        if self.folder is None:
            return
        path = self.folder / name
        failure.file = str(path)
        if failure.known or not failure.messages:
            return
        told = f"{failure.kind}: {failure.what}; {failure.form}. {about}"
        with Writer(path, about=told) as writer:
            for number, data in enumerate(failure.messages):
                comment = f"message {number + 1} of {len(failure.messages)}"
                source = locals_[failure.sources[number] if failure.sources else 0]
                writer.write(packet_of(data, source, peer), WHEN + number * SECOND, comment)


def name_of(failure: Failure) -> str:
    """The file of a failure: the same for the same, in every run."""
    words = f"{failure.kind} {failure.form}"
    told = re.sub("[^a-z0-9]+", "-", words.lower()).strip("-")[:48]
    return f"{told}-{zlib.crc32(repr(failure.key).encode()):08x}.pcapng"


def files_of(path: str) -> list[Path]:
    """A file, or all captures of a folder. Raises UsageError where there is none."""
    place = Path(path)
    found = sorted(place.glob("*.pcap*")) if place.is_dir() else [place]
    if not found:
        raise UsageError(f"there is no capture in {path}; --again takes what --corpus wrote")
    return found


def load(path: Path) -> tuple[Step, ...]:
    """The messages of a file as they are, checksums as right or wrong as they were. Raises UsageError."""
    steps = tuple(_steps(path))
    if not steps:
        raise UsageError(f"{path} has no Mobility Header; --again takes what --corpus wrote")
    return steps


def _steps(path: Path) -> Iterator[Step]:
    for frame in read(path):
        envelopes = find(frame.linktype, frame.data)
        if not envelopes and frame.data[:1] == b"\x60" and frame.data[6] == PROTOCOL:
            yield Step(as_it_is(frame.data[IPV6_HEADER:], None), b"", ("as captured",))
        for envelope in envelopes:
            src, dst = envelope.checksum_pair
            pair = (src, dst) if src is not None and dst is not None else None
            yield Step(as_it_is(envelope.mh, pair), b"", ("as captured",))


def as_it_is(data: bytes, pair: tuple[bytes, bytes] | None) -> Shape:
    """A tree of nothing but octets. pair: between whom they were sent, by which their checksum is right or wrong."""
    off: int | None = None
    stood = int.from_bytes(data[4:6], "big")
    if pair is None or (stood and len(data) >= HEADER):
        counted = data[: 8 * data[1] + 8] if len(data) > 1 else data
        off = 0 if pair is None else sums.checksum(*pair, counted) ^ stood
        if pair is not None and sums.verifies(*pair, counted):
            off = 0
    return Shape(0, padded=False, edits=(Edit(0, HEADER, data),), off=off)
