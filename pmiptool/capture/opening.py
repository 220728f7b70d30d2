"""From the name of a capture to its octets: a file, a pipe or a stream, out of gzip or zstd, up to its magic number.

Captures that are cut give all that came before: gzip's own reader drops that, and zstandard's does not tell.
"""

from __future__ import annotations

import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO

from pmiptool.errors import EnvironmentLacks, UsageError

PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
# Magic number of pcap: byte order, nanoseconds in a unit of the fraction, further octets in a record header.
PCAP_MAGIC = {
    b"\xa1\xb2\xc3\xd4": (">", 1000, 0),
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 0),
    b"\xa1\xb2\x3c\x4d": (">", 1, 0),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 0),
    b"\xa1\xb2\xcd\x34": (">", 1000, 8),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 8),
}


class CutCapture(UsageError):
    """The capture ends in the middle of a packet; all packets before were given."""


class OpenedFile(str):
    """The name of a capture of ESP that stays as it was. path: where it stands opened (`sealed.opened_files`), which is
    what is read. cut: how it ended, where that was in the middle of a packet."""

    path: str
    cut: CutCapture | None = None


def open_file(capture: str | os.PathLike[str]) -> IO[bytes]:
    """The file of a capture, with our rights. Raises UsageError."""
    try:
        return open(capture.path if isinstance(capture, OpenedFile) else capture, "rb", buffering=1 << 18)
    except OSError as error:
        raise UsageError(f"cannot read the capture {os.fspath(capture)}: {error.strerror}") from None


@contextmanager
def opened(source: str | os.PathLike[str] | BinaryIO) -> Iterator[tuple[IO[bytes], bytes, str]]:
    """What `files.read` takes: a stream behind the magic number, that number, and the name that people know it by.

    Raises UsageError where there is no capture, and CutCapture where its compression ends too soon while it is read.
    """
    with _named(source) as (stream, name), _explained(name):
        yield *_uncompressed(stream, name), name


@contextmanager
def _named(source: str | os.PathLike[str] | BinaryIO) -> Iterator[tuple[IO[bytes], str]]:
    if not isinstance(source, (str, os.PathLike)):
        yield source, str(getattr(source, "name", "the stream"))
    elif os.fspath(source) == "-":
        yield sys.stdin.buffer, "standard input"
    else:
        with open_file(source) as stream:
            yield stream, os.fspath(source)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """What goes wrong while a stream is read, in words for people."""
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise CutCapture(f"{name} is cut or damaged in its compression ({error})") from None
    except BrokenPipeError:  # of what is written meanwhile
        raise
    except OSError as error:
        raise UsageError(f"cannot read the capture {name}: {error.strerror or error}") from None


def _uncompressed(stream: IO[bytes], name: str) -> tuple[IO[bytes], bytes]:
    magic = stream.read(4)
    if magic[:2] == b"\x1f\x8b":
        stream = io.BufferedReader(_Gunzip(_again(magic, stream)), 1 << 18)
        magic = stream.read(4)
    elif magic == b"\x28\xb5\x2f\xfd":
        stream = io.BufferedReader(_unzstd(_again(magic, stream)), 1 << 18)
        magic = stream.read(4)
    if magic in PCAP_MAGIC or magic == PCAPNG_MAGIC:
        return stream, magic
    if not magic:
        raise UsageError(f"{name} is empty, so it is no capture")
    raise UsageError(f"{name} is no capture; pcap and pcapng are read, also compressed with gzip or zstd")


class _Again(io.RawIOBase):
    """A stream whose first octets were already read and are given once more."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first or self._rest.read(len(buffer))
        self._first, data = data[len(buffer) :], data[: len(buffer)]
        buffer[: len(data)] = data
        return len(data)


def _again(first: bytes, rest: IO[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Again(first, rest), 1 << 16)


class _Gunzip(io.RawIOBase):
    """gzip, also of several parts. gzip.GzipFile drops what it has when its end is missing; this gives it first."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._part = zlib.decompressobj(31)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b""
        while not data:
            rest = self._part.unconsumed_tail or self._part.unused_data or self._stream.read1(1 << 16)
            if self._part.eof:
                if not rest.strip(b"\0"):
                    return 0
                self._part = zlib.decompressobj(31)
            elif not rest:
                raise EOFError("its end is missing")
            data = self._part.decompress(rest, len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _unzstd(stream: io.BufferedReader) -> Any:
    try:
        import zstandard
    except ImportError:
        raise EnvironmentLacks("Reading zstd needs a library: run `pip install zstandard`") from None
    return _Unzstd(stream, zstandard.ZstdDecompressor().decompressobj, zstandard.ZstdError)


class _Unzstd(io.RawIOBase):
    """zstd, also of several frames. zstandard's own reader is silent when the end is missing; this tells."""

    _CHUNK = 2048  # octets that are decompressed at once: at worst they become some 64 MB

    def __init__(self, stream: io.BufferedReader, new_frame: Callable[[], Any], error: type[Exception]) -> None:
        self._stream, self._new_frame, self._error = stream, new_frame, error
        self._frame: Any = None  # the frame at hand, None between two
        self._rest = b""  # compressed, behind the end of a frame
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._rest or self._stream.read(self._CHUNK)
            self._rest = b""
            if not data:
                if self._frame is not None:
                    raise EOFError("its end is missing")
                return 0
            self._frame = self._frame or self._new_frame()
            try:
                self._ready = memoryview(self._frame.decompress(data))
            except self._error as error:
                raise EOFError(str(error)) from None
            if self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
        taken = self._ready[: len(buffer)]
        buffer[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)
