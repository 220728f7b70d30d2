"""Holding what came against rules and expectations."""

from __future__ import annotations

from collections.abc import Sequence

from pmiptool.mag.answers import flows, identifier, reinstantiated
from pmiptool.mag.bul import BindingUpdateListEntry
from pmiptool.mag.config import Flow
from pmiptool.net.record import packet_of
from pmiptool.registry.codepoints import CodePoints
from pmiptool.rules import Context, Seen, SessionChecker
from pmiptool.scenario.judge import Observed, resolve
from pmiptool.scenario.result import LMA, Checked, Packet
from pmiptool.session.model import Session
from pmiptool.text.expect import parse_expectation
from pmiptool.text.filters import format_flow, selector_of
from pmiptool.text.json import message_object
from pmiptool.text.names import many
from pmiptool.wire.envelope import Envelope, find_ip
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded


def parse_expectations(texts: Sequence[str], codepoints: CodePoints) -> tuple[tuple[str, ...], bool, bool]:
    """The expectations, whether one is about the status, and whether one wants no answer. UsageError for the form."""
    on_status = no_answer = False
    for text in texts:
        filled, _ = resolve(text, _Anything())
        parsed = parse_expectation(filled, codepoints)
        on_status |= parsed.field in ("status", "fields.status")
        no_answer |= parsed.check(None, "none").ok and parsed.field == "answer"
    return tuple(texts), on_status, no_answer


class _Anything(dict[str, str]):
    """Has a prefix for every name, so that an expectation can be read before the run."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return "2001:db8::/64"


def check(text: str, seen: Observed, values: dict[str, str], codepoints: CodePoints) -> Checked:
    """One expectation against the answer of a step."""
    return check_message(text, seen.answer, values, codepoints, icmp=bool(seen.errors))


def check_message(
    text: str, message: Decoded | None, values: dict[str, str], codepoints: CodePoints, *, icmp: bool = False,
    before: str = "",
) -> Checked:  # fmt: skip
    """One expectation against a message, None where none came. `icmp`: an ICMP error did. `before` opens its text."""
    filled, missing = resolve(text, values)
    if missing:
        return Checked(before + text, False, f"{missing} is not known: no answer assigned a prefix")
    shown = message_object(message, settings=codepoints) if message is not None else None
    ok, actual = parse_expectation(filled, codepoints).check(shown, "icmp" if icmp and message is None else None)
    return Checked(before + filled, ok, "" if ok else actual)


def check_reinstantiated(
    wanted: Sequence[Flow], entry: BindingUpdateListEntry | None, seen: Observed, codepoints: CodePoints
) -> Checked:
    """That the anchor's filters at this interface are exactly those (muho 4.2); FIDs are the anchor's.

    They are in the gateway's list, or in the answer where the gateway took the session for a legacy one.
    """
    told = {fid: kept.flow for fid, kept in entry.flows.items() if kept.owner == "lma"} if entry is not None else {}
    if seen.answer is not None and seen.final is not None:
        asked = flows(seen.final.request.message)
        unasked = {fid: flow for fid, flow in flows(seen.answer.message).items() if fid not in asked}
        told |= {fid: flow for fid, flow in unasked.items() if reinstantiated(flow, codepoints)}
    have = list(told.values())
    text = many(len(wanted), "re-instantiated filter")
    if wanted:
        text += ": " + "; ".join(_without_fid(flow, codepoints) for flow in wanted)
    left = list(have)
    ok = len(have) == len(wanted)
    for flow in wanted:
        match = next((own for own in left if _same(flow, own)), None)
        ok = ok and match is not None
        if match is not None:
            left.remove(match)
    return Checked(text, ok, "" if ok else "; ".join(format_flow(flow, codepoints) for flow in have) or "none")


def _same(wanted: Flow, have: Flow) -> bool:
    """Priority and action copied (muho 4.2); the selector too, where the anchor shows it."""
    selector = selector_of(have)
    return (
        wanted.pri == have.pri
        and getattr(wanted, "action", None) == getattr(have, "action", None)
        and (selector is None or selector == selector_of(wanted))
    )


def _without_fid(flow: Flow, codepoints: CodePoints) -> str:
    words = format_flow(flow, codepoints).split()
    return " ".join(word for word in words if not word.startswith(("fid=", "pro=")))


_REQUESTS = ("heartbeat", "bri", "update-notification")  # of the LMA; what names no mobile node is for the gateway
_MISSING = ("unanswered", "answer-lost", "deaf")  # how the rules end that tell what was not answered


class Verifier:
    """The rules over one scenario: messages, requests with their answers, and the session over time.

    Only the peer is judged, by its name in the packets: what our own messages break is not its fault, nor is it in the
    options that it copies from them.
    """

    def __init__(self, context: Context, judged: str = LMA) -> None:
        self._judged = judged
        self._checker = SessionChecker(context)
        self._steps: list[int] = [0]  # frame number to step
        self._ours: list[bool] = [False]  # frame number to whether a gateway sent it
        self._sent: set[tuple[bytes, int | None]] = set()
        self._mns: set[bytes] = set()
        self._later: list[Seen] = []
        self._broken: set[tuple[str, str]] = set()  # rule and text, of our own messages

    def findings(self, packets: Sequence[Packet], step: int) -> list[Finding]:
        """What the peer's messages among these break. What is missing shows later, in `missing`."""
        found: list[Finding] = []
        for packet in packets:
            if packet.sender == LMA == self._judged and self._foreign(packet):
                continue
            if packet.sender != self._judged:
                self._mns.add(identifier(packet.decoded.message))
                self._sent.add((packet.source.address, _sequence(packet)))
            self._steps.append(step)
            self._ours.append(packet.sender != self._judged)
            for seen in self._checker.observe(
                packet.decoded,
                src=packet.source.address,
                dst=packet.destination.address,
                time=packet.time,
                frame=len(self._steps) - 1,
                envelope=_envelope(packet),
            ):
                if _is_missing(seen):
                    self._later.append(seen)
                elif packet.sender != self._judged:
                    self._broken.add((seen.finding.rule, seen.finding.text))
                elif (seen.finding.rule, seen.finding.text) not in self._broken:
                    found.append(seen.finding)
        return found

    def session(self, mn_id: bytes) -> Session | None:
        """The mobility session of a mobile node by its identifier, as the exchanges say that it is; the last one."""
        groups = [group for group in self._checker.watch.sessions() if group.mn[1] == mn_id]
        return groups[-1].session if groups else None

    def missing(self) -> dict[int, list[Finding]]:
        """The end: by step, the gateways' requests that were never answered."""
        told: dict[int, list[Finding]] = {}
        for seen in [*self._later, *self._checker.finish()]:
            if _is_missing(seen) and seen.frames and self._ours[seen.frames[0]]:
                told.setdefault(self._steps[seen.frames[0]], []).append(seen.finding)
        self._later = []
        return told

    def _foreign(self, packet: Packet) -> bool:
        """A late word of another scenario, or one about a mobile node that is not ours."""
        named = identifier(packet.decoded.message)
        ours = named in self._mns or (packet.decoded.name in _REQUESTS and named[:1] in (b"", b"@"))
        return not ours and (packet.destination.address, _sequence(packet)) not in self._sent


def _is_missing(seen: Seen) -> bool:
    return seen.finding.rule.rpartition("/")[2] in _MISSING


def _sequence(packet: Packet) -> int | None:
    return getattr(packet.decoded.message, "sequence", None)


def _envelope(packet: Packet) -> Envelope | None:
    found = find_ip(packet_of(packet.data, packet.source, packet.destination))
    return found[0] if found else None
