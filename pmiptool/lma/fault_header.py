"""Faults in the octets of messages: what an anchor minds that it must not, and what it sends wrong beside options."""

from __future__ import annotations

from itertools import takewhile

from pmiptool.errors import UsageError
from pmiptool.lma.fault_behaviour import Behaviour, sealed
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire.layout import Decoded

NAMES = {"pbu", "pba", *(entry.name for entry in catalogue.MESSAGES)}


def _numbers(text: str, what: str) -> tuple[int, int]:
    """N=N, each a number as Python writes it."""
    try:
        one, other = (int(part, 0) for part in text.split("="))
    except ValueError:
        raise UsageError(f"{what}-{text}: {text!r} is no AT=N of two numbers") from None
    return one, other


class Octet(Behaviour):
    def __init__(self, text: str, settings: CodePoints) -> None:
        self.at, self.value = _numbers(text, "octet")

    def on_the_wire(self, datagram: Datagram) -> Datagram:
        return sealed(datagram, datagram.data[: self.at] + bytes((self.value,)) + datagram.data[self.at + 1 :])


class EndsWith(Behaviour):
    def __init__(self, text: str, settings: CodePoints) -> None:
        try:
            self.octets = bytes.fromhex(text)
        except ValueError:
            raise UsageError(f"ends-with-{text}: {text!r} is no octets in hexadecimal") from None
        if len(self.octets) % 8:
            raise UsageError(f"ends-with-{text}: {len(self.octets)} octets are no multiple of 8")

    def on_the_wire(self, datagram: Datagram) -> Datagram:
        data = datagram.data + self.octets
        return sealed(datagram, data[:1] + bytes((len(data) // 8 - 1,)) + data[2:])


class Minds(Behaviour):
    """text: MESSAGE.AT=MASK, with the short name of a message that it hears."""

    wanted = False

    def __init__(self, text: str, settings: CodePoints) -> None:
        self.name, _, where = text.partition(".")
        if self.name not in NAMES:
            raise UsageError(f"{text}: there is no message {self.name!r}")
        self.at, self.mask = _numbers(where, "minds")

    def hears(self, decoded: Decoded) -> bool:
        if decoded.name != self.name or len(decoded.raw) <= self.at:
            return True
        return bool(decoded.raw[self.at] & self.mask) is self.wanted


class Wants(Minds):
    wanted = True


class MindsPadding(Behaviour):
    def __init__(self, parameter: str, settings: CodePoints) -> None:
        pass

    def hears(self, decoded: Decoded) -> bool:
        if decoded.name != "pbu":
            return True
        pads = takewhile(lambda slot: slot.pad is not None, decoded.layout.slots)
        return not any(slot.type == 0 or len(slot.pad or b"") <= 2 or any((slot.pad or b"")[2:]) for slot in pads)


class Misdirects(Behaviour):
    def __init__(self, name: str, settings: CodePoints) -> None:
        self.name = name
        if name not in NAMES:
            raise UsageError(f"misdirects-{name}: there is no message {name!r}")

    def destination(self, name: str, to: Endpoint) -> Endpoint:
        """The address next to it."""
        if name != self.name:
            return to
        return Endpoint(to.address[:-1] + bytes((to.address[-1] ^ 1,)), to.port)


class Numbers(Behaviour):
    """How it compares sequence numbers."""

    def __init__(self, how: str, settings: CodePoints) -> None:
        self.how = how
        if how not in ("strictly", "plainly", "from-zero"):
            raise UsageError(f"numbers-{how}: it takes strictly, plainly or from-zero")

    def is_in_order(self, number: int, last: int | None) -> bool | None:
        if self.how == "from-zero":
            return None if last is not None else 0 < number <= 0x7FFF
        if last is None:
            return None
        return number == last + 1 if self.how == "strictly" else number > last


FAMILIES = {
    "octet-AT=N": ("Octet AT of a PBA, from the header on, is N, under the right checksum: octet-0=6.", Octet),
    "ends-with-OCTETS": ("A PBA has these octets more, which its header counts: ends-with-0106666f6f666f6f.", EndsWith),
    "minds-MESSAGE.AT=MASK": ("A message with one of these bits set in octet AT is discarded: minds-pbu.3=255.", Minds),
    "wants-MESSAGE.AT=MASK": ("A message with none of these bits set in octet AT is discarded.", Wants),
    "minds-padding": ("A PBU that begins with Pad1, or PadN that is empty or not zero, is discarded.", MindsPadding),
    "misdirects-MESSAGE": ("A message goes to the address next to the right one: misdirects-bri.", Misdirects),
    "numbers-HOW": ("Sequence numbers must follow each other (strictly), are compared as they are (plainly), or are "
                    "greater than 0 where there is no binding (from-zero).", Numbers),
}  # fmt: skip
"""As `fault_families.FAMILIES`."""
