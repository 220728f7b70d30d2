"""Captures of ESP, opened where the SAs are known (RFC 4303): a frame with what was inside in place of the packet."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from pmiptool.capture.files import Frame, Writer, read
from pmiptool.capture.opening import CutCapture, OpenedFile
from pmiptool.net.esp.associations import Esp, sequence_of, spi_of, spi_text
from pmiptool.net.esp.transform import Unopened
from pmiptool.text.values import address_text
from pmiptool.wire.envelope import EspPacket, find_esp, replace_esp


class OpenedFrame(Frame, frozen=True, gc=False, kw_only=True):
    """A frame that had an ESP packet. `spi` and `sequence` stood in it."""

    spi: int
    sequence: int


@contextmanager
def opened_files(files: Sequence[str], esp: Esp, say: Callable[[str], None]) -> Iterator[tuple[OpenedFile, ...]]:
    """The captures opened, in a folder that nobody else can read and that is gone afterwards; packets keep their
    numbers. `-` is standard input. Raises UsageError."""
    with tempfile.TemporaryDirectory(prefix="pmiptool-") as folder:
        yield tuple(_written(file, os.path.join(folder, str(n)), esp, say) for n, file in enumerate(files))


def _written(file: str, path: str, esp: Esp, say: Callable[[str], None]) -> OpenedFile:
    found = OpenedFile("standard input" if file == "-" else file)
    found.path = path
    with open(path, "wb") as stream:
        writer, linktype = None, -1
        try:
            for frame in opened(read(file), esp, say):
                if writer is None or frame.linktype != linktype:  # a section for each
                    writer, linktype = Writer(stream, frame.linktype), frame.linktype
                comment = frame.comment
                if isinstance(frame, OpenedFrame):
                    comment = f"{comment}; " if comment else ""
                    comment += f"under ESP SPI {spi_text(frame.spi)}"
                writer.write(frame.data, frame.time_ns, comment)
        except CutCapture as error:
            found.cut = error
        if writer is None:
            Writer(stream)
    return found


def opened(frames: Iterable[Frame], esp: Esp, say: Callable[[str], None]) -> Iterator[Frame]:
    """The frames, those with ESP opened as far as the SAs go. `say` is told what stays closed, once for each SPI.

    In a capture nothing is a replay: a packet may be in it twice.
    """
    closed: Counter[tuple[int, str]] = Counter()
    for frame in frames:
        packet = find_esp(frame.linktype, frame.data)
        if packet is None:
            yield frame
            continue
        octets = frame.data[packet.start : packet.end]
        try:
            inside = _inside(octets, packet, esp)
        except Unopened as error:
            spi = spi_of(octets)
            closed[spi, error.kind] += 1
            if closed[spi, error.kind] == 1:
                ends = f"from {address_text(packet.src)} to {address_text(packet.dst)}"
                say(f"packet {frame.number} is ESP {ends}, SPI {spi_text(spi)}, that could not be opened: {error}")
            yield frame
            continue
        data = replace_esp(frame.data, packet, *inside)
        yield OpenedFrame(
            frame.number, frame.time_ns, frame.linktype, data, frame.comment,
            spi=spi_of(octets), sequence=sequence_of(octets),
        )  # fmt: skip
    for (spi, _), count in closed.items():
        if count > 1:
            say(f"with SPI {spi_text(spi)} that went so for {count} packets")


def _inside(octets: bytes, packet: EspPacket, esp: Esp) -> tuple[bytes, int]:
    """The octets, and the number of the header that they begin with."""
    association = esp.incoming(octets, packet.src, packet.dst, None)
    if not packet.whole:
        raise Unopened("malformed", "it is not all there (captured in part, or a fragment)")
    return association.opened(octets)
