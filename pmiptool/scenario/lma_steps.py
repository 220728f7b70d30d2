"""Steps in which the LMA asks and the gateways answer (revoke, notify, receive), and heartbeats of the gateways."""

from __future__ import annotations

from collections.abc import Sequence

from pmiptool.errors import UsageError
from pmiptool.mag import events as ev
from pmiptool.scenario import judge
from pmiptool.scenario.compile import Move
from pmiptool.scenario.result import LMA, Checked, Packet, StepResult, Verdict
from pmiptool.scenario.stage import SETTLE, Stage
from pmiptool.scenario.verify import check_message, check_reinstantiated


class LmaSteps(Stage):
    """The steps that a PBU does not begin."""

    def _heartbeat(self, number: int, move: Move) -> StepResult:
        """The gateway asks, once more after a while, at most for the time-out."""
        begun = self.transport.now()
        mag = self.player.mags[move.mag]
        try:
            mag.heartbeat(begun)
        except UsageError as error:
            return self._told(move, "UNSUPPORTED", str(error))
        self.player.play(lambda: not mag.heartbeats.waits, begun + self.settings.timeout)
        mag.heartbeats.rest(self.transport.now())
        self.player.play(lambda: False, self.transport.now() + SETTLE)
        seen, packets = self._observe(move.mag, "", begun, number)
        findings = self.verifier.findings(packets, number)
        answered = [event for event in seen.of(ev.HeartbeatAnswered) if isinstance(event, ev.HeartbeatAnswered)]
        answer = answered[-1].answer if answered else None
        checks = [self._check(text, answer, bool(seen.errors)) for text in move.expect]
        self._hear(seen, packets)
        unsupported = judge.unknown_type(packets) or self._unheard(answer is None)
        verdict, reason = judge.verdict_on_heartbeat(
            seen, findings, checks, answered=bool(answered), unsupported=unsupported,
            expects_no_answer=move.expects_no_answer,
        )  # fmt: skip
        return self._result(move, verdict, reason, seen, packets, findings, [] if unsupported else checks)

    def _by_lma(self, number: int, move: Move) -> StepResult:
        """The LMA is told to ask, or does so by itself; then its request and what the gateways answered are judged."""
        begun = self.transport.now()
        commanded = move.kind != "receive"
        patience = self.settings.timeout if self.anchor.embedded or not commanded else self.settings.patience
        mags = {name: self.player.mags[name] for name in move.mags}
        try:
            if commanded:
                self.anchor.command(move, {name: mag.address for name, mag in mags.items()}, patience)
        except UsageError as error:
            self.stopped = f"not played: {move.name} did not succeed"
            return self._told(move, "INCONCLUSIVE", str(error))

        def done() -> bool:
            heard = {name for name, event in self.player.events if self._is_meant(event, move)}
            return heard >= set(mags) and not any(mag.busy() for mag in mags.values())

        self.player.play(done, begun + patience)
        for mag in mags.values():
            if move.profile.key in mag.binding_update_list:
                mag.give_up(move.profile.id, self.transport.now(), interface=move.interface)
        self.player.play(lambda: False, self.transport.now() + SETTLE)
        seen, packets = self._observe(move.mag, move.interface, begun, number)
        findings = self.verifier.findings(packets, number)
        requests = self._requests(seen, move)
        checks = self._checks(move, requests, seen)
        self._hear(seen, packets)
        verdict, reason = judge.verdict_on_request(
            seen,
            findings,
            checks,
            silent=[name for name in mags if name not in requests],
            asked=move.message,
            commanded=commanded,
            unsupported=judge.unknown_type(packets) or self._unheard(not requests),
            codepoints=self.settings.context.codepoints,
        )
        if verdict == "UNSUPPORTED" or (not requests and verdict != "PASS"):
            self.stopped = f"not played: {move.name} did not succeed"
        return self._result(move, verdict, reason, seen, packets, findings, checks if requests else [])

    def _is_meant(self, event: ev.AnyEvent, move: Move) -> bool:
        """The first of a request that the move is about: of this mobile node, of its realm, or of all."""
        if not isinstance(event, ev.LmaRequest) or event.repeated or event.request.name != move.message:
            return False
        return event.mn in (b"", self.mn) or event.mn[:1] == b"@"

    def _requests(self, seen: judge.Observed, move: Move) -> dict[str, ev.LmaRequest]:
        """What the LMA asked, by gateway; the first at each."""
        found: dict[str, ev.LmaRequest] = {}
        for name, event in seen.events:
            if name in move.mags and isinstance(event, ev.LmaRequest) and self._is_meant(event, move):
                found.setdefault(name, event)
        return found

    def _checks(self, move: Move, requests: dict[str, ev.LmaRequest], seen: judge.Observed) -> list[Checked]:
        """Expectations of the request, and of its answer, at each gateway that was asked."""
        checks = []
        for name, event in requests.items():
            before = f"{name}: " if len(requests) > 1 else ""
            checks += [self._check(text, event.request, False, before) for text in move.expect]
            checks += [self._check(text, event.answer, False, f"{before}answered ") for text in move.answered]
        if move.reinstantiated is not None and requests:
            entry = self.player.mags[move.mag].binding_update_list.get((move.profile.id, move.interface))
            checks.append(check_reinstantiated(move.reinstantiated, entry, seen, self.settings.context.codepoints))
        return checks

    def _check(self, text: str, message: object, icmp: bool, before: str = "") -> Checked:
        points = self.settings.context.codepoints
        return check_message(text, message, self.values, points, icmp=icmp, before=before)  # type: ignore[arg-type]

    def _hear(self, seen: judge.Observed, packets: Sequence[Packet]) -> None:
        self.heard |= bool(seen.errors) or any(packet.sender == LMA for packet in packets)

    def _unheard(self, silent: bool) -> str:
        return judge.OUR_OWN_WAY if silent and self._our_own_way() else ""

    @staticmethod
    def _told(move: Move, verdict: Verdict, reason: str) -> StepResult:
        """A step that ends before there are messages."""
        return StepResult(move.name, move.kind, move.mag, verdict, reason)
