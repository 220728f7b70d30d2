"""What one says to the reference MAG, in words: on the stdin of `pmiptool mag`, or to an embedded one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pmiptool.errors import UsageError
from pmiptool.mag import MnProfile, MobileAccessGateway
from pmiptool.mag.config import Flow
from pmiptool.mag.request import (
    HI_BETWEEN_GATEWAYS,
    HI_BETWEEN_INTERFACES,
    HI_NEW_INTERFACE,
    HI_SHARING,
    HI_UNKNOWN,
)
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import parse_flow
from pmiptool.text.names import parse_number
from pmiptool.text.values import parse_octets_text

USAGE = {
    "attach": "attach MN [flow EXPR]...",
    "handover": "handover MN [interface|unknown] [flow EXPR]...",
    "modify": "modify MN flow EXPR",
    "remove": "remove MN FID",
    "renew": "renew MN [bulk|overwrite]",
    "detach": "detach MN [keep|remove]",
    "lose": "lose MN",
    "allow": "allow MN",
    "discover": "discover MN",
    "release": "release MN [prefixes]",
    "share": "share MN [flow EXPR]...",
    "revoke": "revoke",
    "heartbeat": "heartbeat",
}
_HANDOVER = {"interface": HI_BETWEEN_INTERFACES, "unknown": HI_UNKNOWN}


class MagWords:
    """Has a gateway do what the words say.

    profiles: of the mobile nodes that are known, by their names. others: what any other is like, but for its name.
    """

    def __init__(
        self, mag: MobileAccessGateway, profiles: dict[str, MnProfile], others: MnProfile, codepoints: CodePoints
    ) -> None:
        self.mag = mag
        self.profiles = profiles
        self._others = others
        self._codepoints = codepoints

    def do(self, words: Sequence[str], now: float, *, further: Sequence[str] = ()) -> None:
        """Raises UsageError: no such command, not as it reads, or nothing that the gateway can do now.

        further: commands that there are beside these, for the error.
        """
        name, arguments = words[0], list(words[1:])
        mag = self.mag
        if name == "attach" and arguments:
            mag.attach(self._profile(arguments[0], self._flows(arguments[1:])), now, hi=HI_NEW_INTERFACE)
        elif name == "handover" and arguments:
            hi = _HANDOVER.get(arguments[1], HI_BETWEEN_GATEWAYS) if len(arguments) > 1 else HI_BETWEEN_GATEWAYS
            rest = arguments[2:] if hi != HI_BETWEEN_GATEWAYS else arguments[1:]
            mag.attach(self._profile(arguments[0], self._flows(rest)), now, hi=hi)
        elif name == "modify" and len(arguments) > 1:
            mag.modify(_octets(arguments[0]), self._flows(arguments[1:]), now)
        elif name == "remove" and len(arguments) == 2:
            self._remove(_octets(arguments[0]), parse_number("FID", arguments[1], 0xFFFF), now)
        elif name == "renew" and len(arguments) in (1, 2) and arguments[1:] in ([], ["bulk"], ["overwrite"]):
            self._renew(_octets(arguments[0]), arguments[1:], now)
        elif name == "detach" and len(arguments) in (1, 2) and arguments[1:] in ([], ["keep"], ["remove"]):
            self._detach(_octets(arguments[0]), arguments[1:], now)
        elif name == "lose" and len(arguments) == 1:  # whether it is there is not known any more (RFC 5213 6.13)
            self._detach(_octets(arguments[0]), [], now)
        elif name == "allow" and len(arguments) == 1:
            mag.allow(_octets(arguments[0]))
        elif name == "discover" and len(arguments) == 1:
            mag.discover(_octets(arguments[0]), now)
        elif name == "release" and len(arguments) in (1, 2) and arguments[1:] in ([], ["prefixes"]):
            mag.release(_octets(arguments[0]), now, prefixes=len(arguments) == 2)
        elif name == "share" and arguments:
            mag.attach(self._profile(arguments[0], self._flows(arguments[1:])), now, hi=HI_SHARING)
        elif name == "revoke" and not arguments:
            mag.revoke_all(now)
        elif name == "heartbeat" and not arguments:
            mag.heartbeat(now)
        elif name in USAGE:
            raise UsageError(f"this command reads: {USAGE[name]}")
        else:
            raise UsageError(f"there is no command '{name}'; there are: {', '.join((*USAGE.values(), *further))}")

    def _remove(self, mn: bytes, fid: int, now: float) -> None:
        """A filter is removed by leaving it out of the Flow Summary (mext 5.2.4)."""
        kept = self.mag.entry(mn).flows
        if fid not in kept:
            raise UsageError(f"there is no filter {fid}; there are: {', '.join(map(str, kept)) or 'none'}")
        self.mag.modify(mn, (), now, summary=tuple(other for other in kept if other != fid))

    def _detach(self, mn: bytes, act: list[str], now: float) -> None:
        """In a multihoming group ACT says what becomes of the filters, and 0 says nothing (muho 4.1)."""
        usual = "remove" if self.mag.entry(mn).multihoming else "none"
        self.mag.detach(mn, now, act[0] if act else usual)

    def _renew(self, mn: bytes, how: list[str], now: float) -> None:
        """As one of several paths for all of them, or in their place (RFC 8278 4.1), where the peer file has it so."""
        if how and self.mag.entry(mn).profile.multipath is None:
            raise UsageError(f"{how[0]} is of several paths, and the peer file has no multipath for this mobile node")
        self.mag.renew(mn, now, bulk=how == ["bulk"], overwrite=how == ["overwrite"])

    def _flows(self, words: list[str]) -> tuple[Flow, ...]:
        """Read ``flow EXPR`` pairs; an expression may stand in quotes or as the words up to the next ``flow``."""
        if words and words[0] != "flow":
            raise UsageError(f"'{words[0]}' stands where flow EXPR is read")
        expressions: list[list[str]] = []
        for word in words:
            if word == "flow":
                expressions.append([])
            else:
                expressions[-1].append(word)
        return tuple(parse_flow(" ".join(expression), self._codepoints) for expression in expressions)

    def _profile(self, name: str, flows: tuple[Flow, ...]) -> MnProfile:
        profile = self.profiles.get(name) or msgspec.structs.replace(self._others, id=_octets(name))
        return msgspec.structs.replace(profile, flows=flows) if flows else profile


def _octets(name: str) -> bytes:
    return parse_octets_text(name)
