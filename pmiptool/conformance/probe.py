"""Asking an LMA what it is like, to write a first peer file: nothing here is right or wrong.

Each question is put for a mobile node of its own, and leaves nothing behind. What it does not settle stays out of the
file, and is told in a comment there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pmiptool.conformance.case import Case
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.readings import FLOW, READINGS
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.trial import (
    CaseOver,
    NotApplicable,
    NotPossible,
    RecordedTransport,
    SetUpFailed,
    TrialSettings,
)
from pmiptool.errors import ExchangeFailed
from pmiptool.mag.answers import SEQUENCE_OUT_OF_WINDOW, TIMESTAMP_MISMATCH
from pmiptool.registry.ambiguities import BY_KEY
from pmiptool.registry.codepoints import code_points
from pmiptool.scenario.result import Packet
from pmiptool.text.values import address_text
from pmiptool.wire.values import (
    GreKey,
    Heartbeat,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    MagIdentifier,
    MagMultipathBinding,
    MobileNodeLinkLayerIdentifier,
    Timestamp,
)

T = TypeVar("T")
HOUR = 3600 << 16  # in units of the Timestamp option
NEEDS_NAMES = (152, 153, 154)  # what an LMA says of mobile nodes and gateways that it does not know
EXTENSIONS = ("multihoming", "ipv4", "gre", "multipath", "heartbeat")
"""What an LMA that does not have them may pass over in silence."""
NEEDS_SOMEBODY = ("revocation", "notification", "flow-mobility")


@dataclass
class Learnt:
    """What was seen. claims: what the LMA supports. window: TimestampValidityWindow in seconds, about. open: questions
    without an answer, each with why. notes: what else is worth a comment."""

    claims: list[str] = field(default_factory=list)
    readings: dict[str, str] = field(default_factory=dict)
    codepoints: dict[str, str] = field(default_factory=dict)
    clock_offset: float = 0.0
    window: float | None = None
    open: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def probe(
    transport: RecordedTransport, settings: TrialSettings, told: Callable[[str], None] = lambda text: None
) -> Learnt:
    """Put all questions. told: hears each finding. Raises ExchangeFailed where the LMA serves nobody that we know."""
    return _Probe(transport, settings, told).go()


def first_registration(transport: RecordedTransport, settings: TrialSettings) -> str:
    """Why an LMA refuses a first registration where no case is to blame: clocks, or its policy. Empty else."""
    trial = Lma(Case("probe/registration", "lma", lambda lma: None), transport, settings)
    if hasattr(transport, "step"):
        transport.step = trial.case.id
    reply = trial.node().ask()
    trial.close()
    if reply.packet is None or reply.is_accepted:
        return ""
    stamp = reply.option(Timestamp)
    if reply.status == TIMESTAMP_MISMATCH and stamp is not None:
        offset = stamp.timestamp / 65536 - reply.packet.time
        return f"its clock is {offset:+.3f} s from ours; synchronise, or add --clock-offset {offset:.3f}"
    if reply.status in NEEDS_NAMES:
        return (
            f"it refuses a registration with {reply.status_text}; name mobile nodes that it serves, and gateways that "
            "it knows, in a peer file (--peer), and give its --source"
        )
    return ""


class _Asked(Lma):
    """The LMA for one question. silent: whether something that was asked has no answer."""

    silent = False

    def answer(self, request: Packet, came: Iterable[Packet] = (), *, timeout: float | None = None) -> Reply:
        reply = super().answer(request, came, timeout=timeout)
        self.silent |= reply.packet is None
        return reply


class _Probe:
    def __init__(self, transport: RecordedTransport, settings: TrialSettings, told: Callable[[str], None]) -> None:
        self.transport = transport
        self.settings = replace(settings, claims=())
        self.told = told
        self.asked = 0
        self.registers = False
        self.learnt = Learnt(clock_offset=settings.clock_offset)

    def go(self) -> Learnt:
        self._registration()
        self._message_order()
        self._extensions()
        if "multihoming" in self.learnt.claims:
            self._dialect()
            self._readings()
        return self.learnt

    def _ask(self, name: str, question: Callable[[Lma], T], mags: int = 1) -> T | None:
        """One question; None, with a note of why, where it was not settled."""
        if len(self.transport.locals) < mags:
            self.learnt.open[name] = f"it takes {mags} source addresses"
            return None
        if hasattr(self.transport, "step"):
            self.transport.step = f"probe/{name}"
        answer, why, silent = self._put(name, question)
        if silent:  # an answer that was lost settles nothing
            answer, why, silent = self._put(name, question)
        if silent and self.registers and name not in EXTENSIONS:
            answer, why = None, why or "an answer did not come"
        if answer is None:
            none = "the answers fit to none of its readings" if name in BY_KEY else "not settled"
            self.learnt.open[name] = why or none
        return answer

    def _put(self, name: str, question: Callable[[Lma], T]) -> tuple[T | None, str, bool]:
        """Put a question once: the answer, why there is none, and whether something stayed unanswered.

        Raises ExchangeFailed where from then on nothing is answered: that would look like an LMA that has nothing.
        """
        self.asked += 1  # so that each has a mobile node of its own
        lma = _Asked(Case(f"probe/{name}", "lma", lambda lma: None), self.transport, self.settings, self.asked)
        answer, why = None, ""
        try:
            answer = question(lma)
        except (SetUpFailed, NotApplicable, NotPossible, CaseOver) as reason:
            why = next((f"expected {check.text}, got {check.actual}" for check in lma.failed), str(reason))
        finally:
            silent = lma.silent
            lma.close()
        if silent and self.registers and not lma.alive():
            raise ExchangeFailed(f"the LMA answers nothing any more since it was asked about {name}: nothing is learnt")
        return answer, why, silent

    def _has(self, claim: str, seen: bool | None) -> None:
        if seen:
            self.learnt.claims.append(claim)
        self.told(f"{claim}: {'yes' if seen else 'not seen' if seen is None else 'no'}")

    def _registration(self) -> None:
        """That a registration is accepted at all; a clock that differs is learnt on the way."""

        def register(lma: Lma) -> str:
            reply = lma.node().ask(ll_id=b"\x02\0\0\0\0\x01")
            if reply.packet is None:
                return reply.why_not
            if reply.status == TIMESTAMP_MISMATCH and reply.option(Timestamp) is not None:
                theirs = reply.option(Timestamp).timestamp / 65536
                self.learnt.clock_offset = round(theirs - reply.packet.time, 3)
                return "the clocks differ"
            if not reply.is_accepted:
                return f"refused with {reply.status_text}"
            given = ", ".join(f"{address_text(prefix.address)}/{prefix.length}" for prefix in reply.prefixes)
            self.learnt.notes.append(f"it assigned {given or 'no prefix'} to a mobile node that asked for any")
            echoed = reply.option(MobileNodeLinkLayerIdentifier) is not None
            self.learnt.notes.append(f"it {'echoes' if echoed else 'does not echo'} the link-layer identifier")
            return ""

        why = self._ask("registration", register)
        if why == "the clocks differ":
            self.told(f"its clock is {self.learnt.clock_offset:+.3f} s from ours")
            self.settings = replace(self.settings, clock_offset=self.learnt.clock_offset)
            why = self._ask("registration", register)
        if why is None or why:
            reason = why or self.learnt.open.get("registration", "")
            hint = "; name one that it serves in a peer file (--peer)" if "refused" in reason else ""
            raise ExchangeFailed(f"the LMA registers no mobile node for us: {reason}{hint}")
        self.registers = True
        self.told("it registers mobile nodes")

    def _message_order(self) -> None:
        """Whether timestamps are checked, how wide the window is, and whether sequence numbers are."""

        def stale(lma: Lma) -> bool | None:
            node = lma.node()
            reply = node.ask(timestamp=node.stamp() - HOUR)
            return None if reply.packet is None else reply.status == TIMESTAMP_MISMATCH

        def repeated(lma: Lma) -> bool | None:
            node = lma.node()
            node.attach(timestamp=None, sequence=1000)
            return node.ask(timestamp=None, sequence=900).status == SEQUENCE_OUT_OF_WINDOW

        checks = self._ask("timestamps", stale)
        self._has("timestamps", checks)
        if checks:
            self.learnt.window = self._window()
        self._has("sequence-numbers", self._ask("sequence-numbers", repeated))

    def _window(self) -> float | None:
        """TimestampValidityWindow by halving, to 50 ms (RFC 5213 9.1)."""

        def taken(seconds: float) -> Callable[[Lma], bool]:
            def question(lma: Lma) -> bool:
                node = lma.node()
                return node.ask(timestamp=node.stamp() - round(seconds * 65536)).is_accepted

            return question

        within, beyond = 0.0, 12.8
        while beyond - within > 0.05:
            middle = (within + beyond) / 2
            accepted = self._ask("timestamp-window", taken(middle))
            if accepted is None:
                return None
            within, beyond = (middle, beyond) if accepted else (within, middle)
        return round((within + beyond) / 2, 2)

    def _extensions(self) -> None:
        """What comes back when it is asked for."""

        def group(lma: Lma) -> bool:
            reply = lma.node(mhgid=0).ask()
            return reply.is_accepted and reply.group is not None

        def ipv4(lma: Lma) -> bool:
            return lma.node().ask(more=[Ipv4HomeAddressRequest()]).option(Ipv4HomeAddressReply) is not None

        def gre(lma: Lma) -> bool:
            return lma.node().ask(more=[GreKey(gre_key=(1,))]).option(GreKey) is not None

        def multipath(lma: Lma) -> bool:
            asked = [MagMultipathBinding(if_att=4, bid=1), MagIdentifier(subtype=1, identifier=b"mag1@example.org")]
            return lma.node().ask(more=asked).option(MagMultipathBinding) is not None

        def heartbeat(lma: Lma) -> bool:
            reply = lma.ask(Heartbeat(sequence=1))
            return reply.packet is not None and reply.packet.decoded.name == "heartbeat"

        for claim, question in zip(EXTENSIONS, (group, ipv4, gre, multipath, heartbeat), strict=True):
            self._has(claim, self._ask(claim, question))

    def _dialect(self) -> None:
        """Which layout of the Flow Identification option it takes."""

        def takes(lma: Lma) -> bool:
            reply = lma.node(mhgid=0).attach(flows=[FLOW])
            return 1 in reply.flows and reply.flows[1].status < 128

        for dialect in ("mext", "rfc6089"):
            context = self.settings.context
            spoken = code_points({"dialect": dialect}, context.codepoints)
            before, self.settings = self.settings, replace(self.settings, context=replace(context, codepoints=spoken))
            readings = ("implied", "required") if dialect == "mext" else ("implied",)
            for reading in readings:
                self._read("binding-reference", reading)
                if self._ask("flows", takes):
                    self.learnt.open.pop("flows", None)
                    self.learnt.codepoints["dialect"] = dialect
                    self._has("flows", True)
                    self.told(f"dialect {dialect}")
                    return
            self.settings = before
        self._has("flows", False)

    def _readings(self) -> None:
        for key, question in READINGS.items():
            flows = key not in ("mhgid-nonzero", "pba-act", "timestamp-scope", "sequence-scope")
            if flows and "flows" not in self.learnt.claims:
                continue
            answer = self._ask(key, question, 3 if key == "reinstantiation-target" else 2)
            if answer is not None:
                self._read(key, answer)
                self.learnt.readings[key] = answer
                self.told(f"reading {key}: {answer}")

    def _read(self, key: str, name: str) -> None:
        context = self.settings.context
        readings = context.readings.changed({key: name})
        self.settings = replace(self.settings, context=replace(context, readings=readings))


def peer_file(learnt: Learnt, target: str, sources: tuple[bytes, ...]) -> str:
    """A peer file of what was learnt, with comments on what it leaves out."""
    quoted = json.dumps
    lines = [
        "# What `pmiptool conformance probe` saw. Nothing in it is a verdict: look it over, and correct it.",
        f"target = {quoted(target)}",
    ]
    if sources:
        lines.append(f"source = [{', '.join(quoted(address_text(source)) for source in sources)}]")
    lines += [f"# {note}" for note in learnt.notes]
    if learnt.clock_offset:
        lines.append(f"clock_offset = {learnt.clock_offset}  # seconds that its clock is ahead of ours")
    lines += [
        "# Cases that need something else are UNSUPPORTED. Not asked, since somebody at the LMA has to act: "
        + ", ".join(NEEDS_SOMEBODY) + "; add what it has.",
        f"claims = [{', '.join(map(quoted, learnt.claims))}]",
    ]  # fmt: skip
    if learnt.codepoints:
        lines += ["", "[codepoints]", *(f"{key} = {quoted(value)}" for key, value in learnt.codepoints.items())]
    if learnt.readings:
        lines += ["", "[readings]  # see: pmiptool registry list --markdown"]
        lines += [f"{key} = {quoted(value)}" for key, value in learnt.readings.items()]
    lines += [f"# {key}: {why}" for key, why in learnt.open.items() if key in BY_KEY]
    if learnt.window is not None:
        lines += ["", "[timers]  # seconds", f"timestamp_validity_window = {learnt.window}  # measured"]
        lines += ["# min_delay_before_bce_delete = 10.0  # not measured", "# max_delay_before_new_bce_assign = 1.5"]
    return "\n".join(lines) + "\n"
