"""Playing a scenario on a transport, and judging it step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.mag import MagConfig, MobileAccessGateway
from pmiptool.mag import events as ev
from pmiptool.mag.answers import accepted, prefixes
from pmiptool.mag.bul import BindingUpdateListEntry
from pmiptool.net.peer import PeerNode
from pmiptool.net.transport import Transport
from pmiptool.registry.ambiguities import Readings
from pmiptool.registry.codepoints import KEYS, CodePoints
from pmiptool.rules import Context
from pmiptool.scenario import judge
from pmiptool.scenario.compile import Compiled, Move, compile_scenario
from pmiptool.scenario.model import Scenario
from pmiptool.scenario.player import LMA, Player
from pmiptool.scenario.result import Packet, ScenarioResult, StepResult, Verdict
from pmiptool.scenario.verify import Verifier, check, check_reinstantiated
from pmiptool.text.values import prefix_text
from pmiptool.wire.finding import Finding

TIMEOUT = 10.0  # seconds for one exchange, its retransmissions at 1, 3 and 7 s included
SETTLE = 0.05  # seconds after an answer in which a second one still belongs to the step
LINGER = 2.0  # seconds at the end for late answers, where one was missing


@dataclass(frozen=True)
class RunSettings:
    """How to play.

    context: code points, readings, and what is known of the anchor; `complete` when nothing came before that the rules
    should reckon with. timeout: seconds for one exchange. clock_offset: added to the MAGs' clocks. node: the mobile
    node of a peer file in place of the scenario's own. initial_timeout, max_timeout: the MAGs' retransmission times.
    removal_delay: seconds to wait after a detachment where the reading of `removal-delay` is `wait`.
    seed: gives the first sequence numbers. shown: settings as reports print them.
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


def shown_settings(codepoints: CodePoints, readings: Readings) -> dict[str, str]:
    """What a report prints: every code point that is set, and the readings that are not the default."""
    shown = {key: str(getattr(codepoints, key)) for key in KEYS if getattr(codepoints, key) is not None}
    return {**shown, **{f"reading {key}": name for key, name in readings.changes}}


def run(scenario: Scenario, transport: Transport, settings: RunSettings | None = None) -> ScenarioResult:
    """Play a scenario and deregister what it attached, also after a failure or Ctrl-C (a second one ends that too).

    Raises UsageError for too few sources.
    """
    settings = settings or RunSettings()
    compiled = compile_scenario(scenario, settings.context.codepoints, settings.node)
    if len(transport.locals) < len(scenario.mags):
        raise UsageError(
            f"scenario {scenario.name} plays {len(scenario.mags)} MAGs and there "
            f"{'is' if len(transport.locals) == 1 else 'are'} {len(transport.locals)} source address"
            f"{'' if len(transport.locals) == 1 else 'es'}; give --source {len(scenario.mags)} times"
        )
    return _Run(scenario, compiled, transport, settings).play()


class _Run:
    def __init__(self, scenario: Scenario, compiled: Compiled, transport: Transport, settings: RunSettings) -> None:
        self.scenario = scenario
        self.compiled = compiled
        self.transport = transport
        self.settings = settings
        configs = {name: self._config(name) for name in scenario.mags}
        self.player = Player(transport, configs, settings.context.codepoints, settings.seed)
        self.verifier = Verifier(settings.context)
        self.mn = next((move.profile.id for move in compiled.moves if move.profile.id), b"")
        self.values: dict[str, str] = {}
        self.stopped = ""
        self.knows_draft = False
        self.knows_flows = False
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
            fallback_without_multihoming=not self.scenario.multihoming,
            retry_all_zero=gateway.retry_all_zero,
            codepoints=settings.context.codepoints,
        )

    def play(self) -> ScenarioResult:
        started = self.transport.now()
        steps: list[StepResult] = []
        try:
            for number, move in enumerate(self.compiled.moves, 1):
                steps.append(self._skipped(move) if self.stopped else self._interruptible(number, move))
        finally:
            afterwards = self._deregister(len(steps) + 1)
        missing = {} if self._our_own_way() else self.verifier.missing()
        steps = [_with(step, missing.get(number, [])) for number, step in enumerate(steps, 1)]
        if afterwards is not None:
            afterwards = _with(afterwards, missing.get(len(steps) + 1, []))
        return ScenarioResult(
            name=self.scenario.name,
            title=self.scenario.title,
            clause=self.scenario.clause,
            target=str(self.transport.target),
            lma=self.transport.peer,
            mags=tuple((name, mag.address) for name, mag in self.player.mags.items()),
            steps=tuple(steps),
            afterwards=afterwards,
            started=started,
            seconds=self.transport.now() - started,
            settings=dict(self.settings.shown),
            interrupted=self.interrupted,
        )

    def _interruptible(self, number: int, move: Move) -> StepResult:
        """One step; Ctrl-C ends it and all that follow, and leaves the deregistrations to be done."""
        try:
            return self._step(number, move)
        except KeyboardInterrupt:
            self.interrupted, self.stopped = True, "interrupted"
            packets, _, _ = self.player.take()
            findings = tuple(self.verifier.findings(packets, number))
            return StepResult(move.name, move.kind, move.mag, "INCONCLUSIVE", "interrupted", tuple(packets), findings)

    def _skipped(self, move: Move) -> StepResult:
        return StepResult(move.name, move.kind, move.mag, "SKIPPED", self.stopped)

    # One step

    def _step(self, number: int, move: Move) -> StepResult:
        self._announce(f"{self.scenario.name} {number}: {move.name}")
        begun = self.transport.now()
        if move.kind == "wait":
            self.player.play(lambda: False, begun + move.wait)
            return self._waited(number, move, begun)
        mag = self.player.mags[move.mag]
        try:
            self._start(mag, move, begun)
        except UsageError as error:
            self.stopped = str(error)
            return StepResult(move.name, move.kind, move.mag, "INCONCLUSIVE", str(error))
        self._await(mag, move.profile.id, move.interface, begun)
        seen, packets = self._observe(move.mag, move.interface, begun)
        findings = self.verifier.findings(packets, number)
        checks = [check(text, seen, self.values, self.settings.context.codepoints) for text in move.expect]
        if move.reinstantiated is not None:
            entry = mag.binding_update_list.get((move.profile.id, move.interface))
            checks.append(check_reinstantiated(move.reinstantiated, entry, seen, self.settings.context.codepoints))
        self._learn(move, seen)
        self.heard |= bool(seen.errors) or any(packet.sender == LMA for packet in packets)
        unsupported = self._unsupported(seen)
        foreseen = (move.expects_status or move.expects_no_answer) and all(check.ok for check in checks)
        if foreseen and not judge.took(seen):
            unsupported = ""  # the refusal is what the step wants to see
        if unsupported:
            checks = []  # they ask for what this anchor rightly does not have
        outcome, reason = judge.verdict(
            seen,
            findings,
            checks,
            unsupported=unsupported,
            expects_status=move.expects_status,
            expects_no_answer=move.expects_no_answer,
            codepoints=self.settings.context.codepoints,
        )
        self.unanswered |= seen.answer is None and not move.expects_no_answer
        self._stop_after(outcome, seen, move)
        self._comment(packets, outcome)
        if move.kind == "detach" and judge.took(seen) and self.settings.context.readings["removal-delay"] == "wait":
            self.player.play(lambda: False, self.transport.now() + self.settings.removal_delay)
        return StepResult(
            name=move.name,
            kind=move.kind,
            mag=move.mag,
            verdict=outcome,
            reason=reason,
            packets=tuple(packets),
            findings=tuple(findings),
            expectations=tuple(checks),
            notes=judge.notes(seen),
            seconds=seen.seconds,
        )

    def _start(self, mag: MobileAccessGateway, move: Move, now: float) -> None:
        if move.kind == "attach":
            mag.attach(move.profile, now, hi=move.hi, summary=move.summary)
        elif move.kind == "renew":
            mag.renew(move.profile.id, now, interface=move.interface, lifetime=move.lifetime, summary=move.summary)
        elif move.kind == "modify":
            mag.modify(move.profile.id, move.flows, now, interface=move.interface, summary=move.summary)
        else:
            mag.detach(move.profile.id, now, move.act, interface=move.interface)

    def _await(self, mag: MobileAccessGateway, mn: bytes, interface: str, begun: float) -> None:
        """Until the request has ended, at most the time-out; then a moment more for what comes twice."""
        self.player.play(lambda: not mag.busy(mn, interface), begun + self.settings.timeout)
        if mag.busy(mn, interface):
            mag.give_up(mn, self.transport.now(), interface=interface)
        self.player.play(lambda: False, self.transport.now() + SETTLE)

    def _observe(self, mag: str, interface: str, begun: float) -> tuple[judge.Observed, list[Packet]]:
        packets, events, errors = self.player.take()
        seen = judge.Observed(mag, self.mn, events, errors, seconds=self.transport.now() - begun - SETTLE)
        for name, event in events:
            if name == mag and isinstance(event, ev.Exchange) and event.interface == interface:
                seen.final = event
        return seen, packets

    def _learn(self, move: Move, seen: judge.Observed) -> None:
        """Remember the prefix that an attachment was assigned, for later expectations."""
        if move.kind != "attach" or seen.answer is None or seen.status is None or not accepted(seen.status):
            return
        for prefix in prefixes(seen.answer.message)[:1]:
            self.values.setdefault("session.hnp", prefix_text(prefix))
            self.values[f"{move.interface}.hnp"] = prefix_text(prefix)

    def _unsupported(self, seen: judge.Observed) -> str:
        """Why this anchor cannot play the scenario; empty from the moment it showed that it knows the draft."""
        if self._our_own_way() and seen.answer is None:
            return "no answer, and no text has this signalling over UDP on IPv6 (RFC 5844 4 is IPv4 only)"
        if not self.scenario.multihoming:
            return ""
        self.knows_draft |= judge.knows_draft(seen)
        self.knows_flows |= judge.echoes_flows(seen)
        if self.knows_draft and not self.knows_flows and seen.of(ev.FlowsUnsupported):
            return "the LMA answers no FID option: it does not support filters (mext 5.2.5)"
        return judge.refuses(seen, self.settings.context.codepoints) or ("" if self.knows_draft else judge.legacy(seen))

    def _our_own_way(self) -> bool:
        """UDP over IPv6 is our own test aid: an anchor that never said a word there is not at fault."""
        target = self.transport.target
        return target.kind == "udp" and len(target.address) == 16 and not self.heard

    def _stop_after(self, outcome: Verdict, seen: judge.Observed, move: Move) -> None:
        """Whether the steps that follow still make sense."""
        taken = judge.took(seen)
        if outcome == "UNSUPPORTED":
            self.stopped = f"not played: {move.name}: unsupported"
        elif outcome in ("FAIL", "INCONCLUSIVE") and not taken and move.kind != "detach":
            self.stopped = f"not played: {move.name} did not succeed"

    def _waited(self, number: int, move: Move, begun: float) -> StepResult:
        seen, packets = self._observe("", "", begun)
        findings = self.verifier.findings(packets, number)
        outcome, reason = ("FAIL", findings[0].text) if any(f.level == "error" for f in findings) else ("PASS", "")
        verdict: Any = outcome
        return StepResult(
            move.name, move.kind, "", verdict, reason, tuple(packets), tuple(findings), (), judge.notes(seen), move.wait
        )

    # The end

    def _deregister(self, number: int) -> StepResult | None:
        """Take every binding off the anchor again; an answer is expected only where one was registered."""
        begun = self.transport.now()
        self._announce(f"{self.scenario.name}: afterwards")
        self.player.play(lambda: True, begun)
        packets, events, errors = self.player.take()
        missing: list[str] = []
        left: list[tuple[str, MobileAccessGateway, BindingUpdateListEntry]] = [
            (name, mag, entry) for name, mag in self.player.mags.items() for entry in mag.binding_update_list.values()
        ]
        for name, mag, entry in left:
            profile, registered = entry.profile, entry.state == "registered"
            mag.allow(profile.id)
            mag.detach(profile.id, self.transport.now(), "remove" if entry.multihoming else "none",
                       interface=profile.interface)  # fmt: skip
            self._await(mag, profile.id, profile.interface, self.transport.now())
            more, happened, failed = self.player.take()
            packets, events, errors = packets + more, events + happened, errors + failed
            final = [e for n, e in happened if n == name and isinstance(e, ev.Exchange)]
            if registered and not (final and final[-1].outcome == "accepted"):
                missing.append(f"{profile.interface} at {name}")
        if self.unanswered or any(isinstance(e, ev.Exchange) and e.answer is None for _, e in events):
            self.player.play(lambda: False, self.transport.now() + LINGER)
            more, happened, failed = self.player.take()
            packets, events, errors = packets + more, events + happened, errors + failed
        if not packets:
            return None
        seen = judge.Observed("", self.mn, events, errors, seconds=self.transport.now() - begun)
        findings = self.verifier.findings(packets, number)
        error = next((finding for finding in findings if finding.level == "error"), None)
        verdict: Verdict = "PASS"
        reason = ""
        if error is not None:
            verdict, reason = "FAIL", f"{error.rule}: {error.text}"
        elif missing:
            verdict, reason = "INCONCLUSIVE", "no accepted deregistration of " + " and ".join(missing)
        self._comment(packets, verdict)
        return StepResult(
            "deregistration of what is left",
            "detach",
            "",
            verdict,
            reason,
            tuple(packets),
            tuple(findings),
            (),
            judge.notes(seen),
            seen.seconds,
        )

    # The recording

    def _announce(self, text: str) -> None:
        """Name the step in the comments of a recording transport."""
        if hasattr(self.transport, "step"):
            self.transport.step = text

    def _comment(self, packets: list[Packet], verdict: str) -> None:
        comment = getattr(self.transport, "comment", None)
        if comment is not None:
            for packet in packets:
                comment(packet.data, verdict)


def _with(step: StepResult, missing: list[Finding]) -> StepResult:
    """A step with what only the end of the observation shows; it does not change the verdict."""
    return msgspec.structs.replace(step, findings=(*step.findings, *missing)) if missing else step
