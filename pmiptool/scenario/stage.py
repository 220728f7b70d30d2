"""What all steps of a scenario share: the gateways on their transport, the rules, and what was seen so far."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pmiptool.mag import MagConfig, MobileAccessGateway
from pmiptool.mag import events as ev
from pmiptool.mag.multipath import join
from pmiptool.net.peer import PeerNode
from pmiptool.net.transport import Transport
from pmiptool.registry.ambiguities import Readings
from pmiptool.registry.codepoints import KEYS, CodePoints
from pmiptool.rules import Context
from pmiptool.scenario import judge
from pmiptool.scenario.anchor import Anchor
from pmiptool.scenario.compile import Compiled, Move
from pmiptool.scenario.model import Scenario
from pmiptool.scenario.player import Player
from pmiptool.scenario.result import Checked, Packet, StepResult, Verdict
from pmiptool.scenario.verify import Verifier
from pmiptool.wire.finding import Finding

TIMEOUT = 10.0  # seconds for one exchange, its retransmissions at 1, 3 and 7 s included
SETTLE = 0.05  # seconds after an answer in which a second one still belongs to the step
PATIENCE = 60.0  # seconds for the operator of an LMA
LINGER = 2.0  # seconds at the end for late answers, where one was missing


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class RunSettings:
    """How to play.

    context: code points, readings, and what is known of the anchor; `complete` when nothing came before that the rules
    should reckon with. timeout: seconds for one exchange. clock_offset: added to the MAGs' clocks. node: the mobile
    node of a peer file in place of the scenario's own. initial_timeout, max_timeout: the MAGs' retransmission times.
    removal_delay: seconds to wait after a detachment where the reading of `removal-delay` is `wait`.
    seed: gives the first sequence numbers. shown: settings as reports print them. patience: seconds that the operator
    of an LMA has to make it ask something. ask: shows that operator what to do.
    """

    context: Context = Context(complete=True)
    timeout: float = TIMEOUT
    clock_offset: float = 0.0
    node: PeerNode | None = None
    initial_timeout: float = 1.0
    max_timeout: float = 32.0
    removal_delay: float = 10.5
    seed: int = 0
    shown: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE
    ask: Callable[[str], None] = _say


def shown_settings(codepoints: CodePoints, readings: Readings) -> dict[str, str]:
    """What a report prints: every code point that is set, and the readings that are not the default."""
    shown = {key: str(getattr(codepoints, key)) for key in KEYS if getattr(codepoints, key) is not None}
    return {**shown, **{f"reading {key}": name for key, name in readings.changes}}


class Stage:
    """One scenario on one transport."""

    def __init__(self, scenario: Scenario, compiled: Compiled, transport: Transport, settings: RunSettings) -> None:
        self.scenario = scenario
        self.compiled = compiled
        self.transport = transport
        self.settings = settings
        configs = {name: self._config(name) for name in scenario.mags}
        self.player = Player(transport, configs, settings.context.codepoints, settings.seed)
        for way in (gateway.multipath for gateway in scenario.mags.values() if gateway.multipath is not None):
            join(self.player.mags[name] for name, other in scenario.mags.items()
                 if other.multipath is not None and other.multipath.mag_id == way.mag_id)  # fmt: skip
        self.verifier = Verifier(settings.context)
        self.anchor = Anchor(transport, settings.context.codepoints, settings.ask)
        self.mn = next((move.profile.id for move in compiled.moves if move.profile.id), b"")
        self.values: dict[str, str] = {}
        self.stopped = ""
        self.knows_draft = False
        self.knows_flows = False
        self.knows_paths = False
        self.unanswered = False
        self.heard = False
        self.interrupted = False

    def _config(self, name: str) -> MagConfig:
        gateway, settings = self.scenario.mags[name], self.settings
        return MagConfig(
            timestamps=gateway.timestamps,
            clock_offset=gateway.clock_offset + settings.clock_offset,
            initial_timeout=settings.initial_timeout,
            max_timeout=settings.max_timeout,
            max_transmissions=gateway.max_transmissions,
            renew=False,
            detach_wait=gateway.detach_wait or settings.context.readings["detach-wait"],  # type: ignore[arg-type]
            fallback_without_multihoming=not (self.scenario.multihoming or self.scenario.several_paths),
            retry_all_zero=gateway.retry_all_zero,
            still_attached=gateway.still_attached,
            codepoints=settings.context.codepoints,
        )

    def _await(self, mag: MobileAccessGateway, mn: bytes, interface: str, begun: float) -> None:
        """Until the request has ended, at most the time-out; then a moment more for what comes twice."""
        self.player.play(lambda: not mag.busy(mn, interface), begun + self.settings.timeout)
        if mag.busy(mn, interface):
            mag.give_up(mn, self.transport.now(), interface=interface)
        self.player.play(lambda: False, self.transport.now() + SETTLE)

    def _observe(self, mag: str, interface: str, begun: float, number: int = 0) -> tuple[judge.Observed, list[Packet]]:
        """What happened since the last look; what the step after this number is to receive is left to it."""
        following = self.compiled.moves[number] if 0 < number < len(self.compiled.moves) else None
        awaited = following is not None and following.kind == "receive"
        packets, events, errors = self.player.take(
            (following.mag, following.message) if awaited and following else None
        )
        seen = judge.Observed(mag, self.mn, events, errors, seconds=self.transport.now() - begun - SETTLE)
        for name, event in events:
            if name == mag and isinstance(event, ev.Exchange) and event.interface == interface:
                seen.final = event
        return seen, packets

    def _our_own_way(self) -> bool:
        """UDP over IPv6 is our own test aid: an anchor that never said a word there is not at fault."""
        target = self.transport.target
        return target.kind == "udp" and len(target.address) == 16 and not self.heard

    def _announce(self, text: str) -> None:
        """Name the step in the comments of a recording transport."""
        if hasattr(self.transport, "step"):
            self.transport.step = text

    def _comment(self, packets: list[Packet], verdict: str) -> None:
        comment = getattr(self.transport, "comment", None)
        if comment is not None:
            for packet in packets:
                comment(packet.data, verdict)

    def _result(
        self,
        move: Move,
        verdict: Verdict,
        reason: str,
        seen: judge.Observed,
        packets: list[Packet],
        findings: Sequence[Finding],
        checks: Sequence[Checked],
    ) -> StepResult:
        """What a step with messages comes to; its verdict stands in the comments of a recording transport too."""
        self._comment(packets, verdict)
        return StepResult(
            name=move.name,
            kind=move.kind,
            mag=move.mag,
            verdict=verdict,
            reason=reason,
            packets=tuple(packets),
            findings=tuple(findings),
            expectations=tuple(checks),
            notes=judge.notes(seen),
            seconds=seen.seconds,
        )
