"""What a message starts from: one object of `decode --json`, a line of hex, or a packet of a capture."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.values import address_text, parse_hex
from pmiptool.wire.checksum import verifies
from pmiptool.wire.envelope import Envelope, find, find_ip

_CAPTURES = (b"\x0a\x0d\x0d\x0a", b"\xa1\xb2", b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1", b"\x34\xcd\xb2\xa1",
             b"\x1f\x8b", b"\x28\xb5\x2f\xfd")  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The octets of a Mobility Header and what is known of its envelope.

    free_checksum: it is right where it stands, or none was given, so it may be worked out anew.
    """

    mh: bytes
    src: str | None = None
    dst: str | None = None
    hop_limit: int | None = None
    udp: bool = False
    sport: int | None = None
    dport: int | None = None
    free_checksum: bool = False


def load(name: str, frame: int | None, settings: CodePoints) -> Source:
    """Read a source. Raises UsageError that says what is wrong with it."""
    told = "standard input" if name == "-" else name
    data = _read(name)
    if data.startswith(_CAPTURES):
        return _from_capture(data, told, frame)
    text = data.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        return _from_json(text, told, frame, settings)
    if not text:
        raise UsageError(f"{told} is empty; it takes a capture, one object of `decode --json`, or a line of hex")
    if frame is not None:
        raise UsageError("--frame selects from a capture, and the source is a line of hex")
    return _from_hex(text.splitlines()[0], told)


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None


class _Named(io.BytesIO):
    """Octets that errors call by the name of their file."""

    name: str


def _from_capture(data: bytes, told: str, number: int | None) -> Source:
    from pmiptool.capture.files import read

    last = 0
    stream = _Named(data)
    stream.name = told
    for frame in read(stream):
        last = frame.number
        if number is not None and last != number:
            continue
        found = find(frame.linktype, frame.data)
        if found:
            return _from_envelope(found[0])
        if number is not None:
            raise UsageError(f"packet {number} of {told} has no Mobility Header")
    if number is not None:
        raise UsageError(f"{told} has no packet {number}; its last is {last}")
    raise UsageError(f"no packet of {told} has a Mobility Header")


def _from_envelope(envelope: Envelope) -> Source:
    udp = envelope.transport == "udp"
    src, dst = envelope.checksum_pair
    right = udp and not any(envelope.mh[4:6])
    if src is not None and dst is not None:
        right = verifies(src, dst, counted(envelope.mh))
    return Source(
        envelope.mh, address_text(envelope.src), address_text(envelope.dst), envelope.hop_limit, udp,
        envelope.sport, envelope.dport, right,
    )  # fmt: skip


def counted(mh: bytes) -> bytes:
    """What a checksum covers: the Mobility Header up to where it says that it ends (RFC 6275 6.1.1)."""
    return mh[: 8 * mh[1] + 8] if len(mh) > 1 else mh


def _from_hex(line: str, told: str) -> Source:
    try:
        octets = parse_hex("the line", line)
    except UsageError:
        shown = line if len(line) < 40 else line[:37] + "..."
        raise UsageError(f"{told} is neither a capture nor JSON nor hex: {shown!r}") from None
    found = find_ip(octets) if octets[:1] and octets[0] >> 4 in (4, 6) else []
    if found:
        return _from_envelope(found[0])
    if octets[:1] and octets[0] >> 4 == 6:
        raise UsageError(f"the IPv6 packet in {told} has no Mobility Header")
    return Source(octets)


def _from_json(text: str, told: str, frame: int | None, settings: CodePoints) -> Source:
    from pmiptool.text.json import encode_object

    shown = _object(text, told, frame)
    try:
        mh = encode_object(shown, settings)
    except (TypeError, AttributeError, ValueError, KeyError) as error:
        raise UsageError(f"{told} is no object of `decode --json` ({type(error).__name__}: {error})") from None
    checksum = shown.get("checksum")
    ok = checksum.get("ok") if isinstance(checksum, dict) else True
    udp = shown.get("transport") == "udp"
    for key, most in (("hop_limit", 255), ("sport", 65535), ("dport", 65535)):
        item = shown.get(key)
        if item is not None and not (isinstance(item, int) and 0 <= item <= most):
            raise UsageError(f"`{key}` in {told} is {item!r}; it takes a number from 0 to {most}")
    src, dst = (None if shown.get(key) is None else str(shown[key]) for key in ("src", "dst"))
    right = ok is True or (udp and not any(mh[4:6]))
    return Source(mh, src, dst, shown.get("hop_limit"), udp, shown.get("sport"), shown.get("dport"), right)


def _object(text: str, told: str, frame: int | None) -> dict[str, Any]:
    """The first object, or the first of that frame; objects may take several lines."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        try:
            shown, at = decoder.raw_decode(text, at)
        except ValueError as error:
            raise UsageError(f"{told} is no JSON: {error}") from None
        if not isinstance(shown, dict):
            raise UsageError(f"{told} holds no object of `decode --json`")
        if frame is None or shown.get("frame") == frame:
            return shown
        while at < len(text) and text[at].isspace():
            at += 1
    raise UsageError(f"{told} has no object of frame {frame}")
