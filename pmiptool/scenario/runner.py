"""Playing a scenario on a transport, and judging it step by step."""

from __future__ import annotations

from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.mag import MobileAccessGateway
from pmiptool.mag import events as ev
from pmiptool.mag.answers import accepted, prefixes
from pmiptool.mag.bul import BindingUpdateListEntry
from pmiptool.mag.extensions import home_of, uplink_key
from pmiptool.net.transport import Transport
from pmiptool.scenario import judge
from pmiptool.scenario.compile import Move, compile_scenario
from pmiptool.scenario.lma_steps import LmaSteps
from pmiptool.scenario.model import BY_LMA, Scenario
from pmiptool.scenario.result import LMA, ScenarioResult, StepResult, Verdict
from pmiptool.scenario.stage import LINGER, PATIENCE, TIMEOUT, RunSettings, shown_settings
from pmiptool.scenario.verify import check, check_reinstantiated
from pmiptool.text.values import address_text, prefix_text
from pmiptool.wire.finding import Finding

__all__ = ["PATIENCE", "TIMEOUT", "RunSettings", "run", "shown_settings"]


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
    playing = _Run(scenario, compiled, transport, settings)
    with playing.anchor.configured(scenario.embedded):
        return playing.play()


class _Run(LmaSteps):
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
        if move.kind == "heartbeat":
            return self._heartbeat(number, move)
        if move.kind in BY_LMA:
            return self._by_lma(number, move)
        mag = self.player.mags[move.mag]
        try:
            self._start(mag, move, begun)
        except UsageError as error:
            self.stopped = str(error)
            return StepResult(move.name, move.kind, move.mag, "INCONCLUSIVE", str(error))
        self._await(mag, move.profile.id, move.interface, begun)
        seen, packets = self._observe(move.mag, move.interface, begun, number)
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
        result = self._result(move, outcome, reason, seen, packets, findings, checks)
        if move.kind == "detach" and judge.took(seen) and self.settings.context.readings["removal-delay"] == "wait":
            self.player.play(lambda: False, self.transport.now() + self.settings.removal_delay)
        return result

    def _start(self, mag: MobileAccessGateway, move: Move, now: float) -> None:
        if move.kind == "attach":
            mag.attach(move.profile, now, hi=move.hi, summary=move.summary, overwrite=move.overwrite)
        elif move.kind == "renew":
            mag.renew(move.profile.id, now, interface=move.interface, lifetime=move.lifetime, summary=move.summary,
                      bulk=move.bulk, overwrite=move.overwrite)  # fmt: skip
        elif move.kind == "modify":
            mag.modify(move.profile.id, move.flows, now, interface=move.interface, summary=move.summary)
        else:
            mag.detach(move.profile.id, now, move.act, interface=move.interface)

    def _learn(self, move: Move, seen: judge.Observed) -> None:
        """Remember the addresses that an attachment was assigned, for later expectations."""
        if move.kind != "attach" or seen.answer is None or seen.status is None or not accepted(seen.status):
            return
        for prefix in prefixes(seen.answer.message)[:1]:
            self._know(move, "hnp", prefix_text(prefix))
        home, key = home_of(seen.answer.message), uplink_key(seen.answer.message)
        if home is not None:
            self._know(move, "ipv4_hoa", address_text(home.address))
        if key is not None:
            self._know(move, "gre_key", str(key))

    def _know(self, move: Move, what: str, value: str) -> None:
        self.values.setdefault(f"session.{what}", value)
        self.values[f"{move.interface}.{what}"] = value

    def _unsupported(self, seen: judge.Observed) -> str:
        """Why this anchor cannot play the scenario; empty from the moment it showed that it knows the draft."""
        if self._our_own_way() and seen.answer is None:
            return judge.OUR_OWN_WAY
        if self.scenario.several_paths:
            self.knows_paths |= judge.grants_paths(seen)
            if not self.knows_paths:
                return judge.one_path(seen)
            self.knows_flows |= judge.echoes_flows(seen)
            if not self.knows_flows and seen.of(ev.FlowsUnsupported):
                return "the LMA answers no FID option: it keeps several paths without filters (RFC 8278 3.2)"
            return ""
        if not self.scenario.multihoming:
            return judge.lacks_extension(seen)
        self.knows_draft |= judge.knows_draft(seen)
        self.knows_flows |= judge.echoes_flows(seen)
        if self.knows_draft and not self.knows_flows and seen.of(ev.FlowsUnsupported):
            return "the LMA answers no FID option: it does not support filters (mext 5.2.5)"
        return judge.refuses(seen, self.settings.context.codepoints) or ("" if self.knows_draft else judge.legacy(seen))

    def _stop_after(self, outcome: Verdict, seen: judge.Observed, move: Move) -> None:
        """Whether the steps that follow still make sense."""
        taken = judge.took(seen)
        if outcome == "UNSUPPORTED":
            self.stopped = f"not played: {move.name}: unsupported"
        elif outcome in ("FAIL", "INCONCLUSIVE") and not taken and move.kind != "detach":
            self.stopped = f"not played: {move.name} did not succeed"

    def _waited(self, number: int, move: Move, begun: float) -> StepResult:
        seen, packets = self._observe("", "", begun, number)
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


def _with(step: StepResult, missing: list[Finding]) -> StepResult:
    """A step with what only the end of the observation shows; it does not change the verdict."""
    return msgspec.structs.replace(step, findings=(*step.findings, *missing)) if missing else step
