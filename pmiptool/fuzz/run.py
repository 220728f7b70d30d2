"""A run against a peer: case after case, found out at once when it is dead, and by which message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pmiptool.errors import EnvironmentLacks, ExchangeFailed
from pmiptool.fuzz.cases import Case, Step, case, removal
from pmiptool.fuzz.corpus import Corpus
from pmiptool.fuzz.peer import Crashed, Peer, Told
from pmiptool.fuzz.result import Failure, Result
from pmiptool.fuzz.shape import Grammar
from pmiptool.fuzz.shrink import describe, shrink
from pmiptool.fuzz.watch import Watch
from pmiptool.net.exchange import identifier
from pmiptool.wire.values import BindingAcknowledgement

BLOCK = 256  # cases after which a peer's late answers are waited for, and the rules begin anew
LATE = 2.0  # seconds until the last of them: an LMA holds some for 1.5 s (RFC 5213 9.1)
MOST_SILENT = 16  # messages without an answer between two probes of a peer that can be brought back
PATIENCE = 10  # times that a peer without a way back is asked whether it is there again
TRIES_EMBEDDED, TRIES_RESTARTED = 3000, 60
REACH = (1, 4, 16, 64, 256, 4096)
"""How far back the messages are looked for that a failure took, when the last ones alone do not bring it about."""


class Gone(Exception):
    """The peer is dead and does not come back."""


@dataclass
class Plan:
    """Which cases, and when to stop. numbers: of the cases. names: mobile nodes that the peer serves.

    deaths: after so many it is enough. tries: messages that may be tried to shrink one failure; 0: none is shrunk.
    progress: hears of each case that was played. say: hears what happens beside.
    """

    seed: int
    numbers: Sequence[int]
    names: Sequence[bytes] = ()
    deaths: int = 20
    tries: int | None = None
    clock: Callable[[], float] = lambda: 0.0
    until: float | None = None
    progress: Callable[[Result], None] = lambda result: None
    say: Callable[[str], None] = lambda text: None
    sleep: Callable[[float], None] = lambda seconds: None


class Run:
    """One run. `go` gives its result, also after Ctrl-C."""

    def __init__(self, peer: Peer, watch: Watch, result: Result, corpus: Corpus, plan: Plan) -> None:
        self.peer, self.watch, self.result, self.corpus, self.plan = peer, watch, result, corpus, plan
        self.grammar: Grammar = peer.grammar
        self._window: list[Step] = []  # since the peer last showed that it is alive
        self._octets: list[bytes] = []  # as they were sent
        self._proof: tuple[bytes, ...] = ()  # what was sent when the peer last died of something tried again
        self._allowed = 1  # silent messages until it is asked
        self._silent = 0
        self._deaths = 0

    def go(self) -> Result:
        """Play all cases. Raises ExchangeFailed where nobody is there at the beginning."""
        result, begun = self.result, self.plan.clock()
        if not self.peer.alive():
            told = "nothing answers a registration or a heartbeat there; nothing was sent that is wrong"
            raise ExchangeFailed(f"{self.peer.way.target}: {told}")
        try:
            for done, number in enumerate(self.plan.numbers):
                if self.plan.until is not None and self.plan.clock() >= self.plan.until:
                    result.ended = "--max-time was over"
                    break
                if done and done % BLOCK == 0:
                    self._settle()
                self._play(self.case(number))
                result.cases += 1
                result.messages = self.peer.messages
                self.plan.progress(result)
                if self._deaths >= self.plan.deaths:
                    times = "once" if self._deaths == 1 else f"{self._deaths} times"
                    result.ended = f"the peer was dead {times}, which is enough (--max-deaths)"
                    break
            else:
                self._probe()
            self.peer.leave()
        except KeyboardInterrupt:
            result.ended = "interrupted"
        except (Gone, EnvironmentLacks) as reason:
            result.ended = str(reason)
        result.messages = self.peer.messages
        result.answers = dict(sorted(self.watch.answers.items()))
        result.seconds = self.plan.clock() - begun
        return result

    def case(self, number: int) -> Case:
        """Make a case for this peer."""
        sources = len(self.peer.way.locals)
        return case(self.plan.seed, number, self.grammar, names=self.plan.names, sources=sources)

    def _settle(self) -> None:
        """Wait for what the peer still has to say; then the rules begin anew."""
        self._probe()
        try:
            self.peer.listen(LATE)
        except Crashed as crash:
            self._dead(str(crash), crash.place)
        self.peer.forget()
        self.watch.anew()

    # Cases

    def _play(self, played: Case) -> None:
        self.peer.way.step = f"case {played.number}: {'; '.join(played.step.wrong) or 'sound'}"
        try:
            bound: dict[tuple[bytes, int], Told] = {}
            for step in (*played.before, played.step):
                told = self._tell(step)
                if _accepted(told) and told.answer is not None:
                    bound[identifier(told.answer) or b"", step.source] = told
            for told in bound.values():
                self._tell(self._removal(told))
        except Crashed as crash:
            self._dead(str(crash), crash.place)
            return
        if self._silent >= self._allowed:
            self._probe()

    def _tell(self, step: Step) -> Told:
        self._window.append(step)
        self._octets.append(self.peer.octets(step))
        told = self.peer.tell(step)
        self._octets[-1] = told.data
        if told.answer is not None:
            self.result.answered += 1
            del self._window[:-1], self._octets[:-1]  # it may have died of this one after it answered
            self._silent = 0
        else:
            self._silent += 1
            if not self.peer.comes_back:  # before anything else is sent, since nothing can be tried again
                self._probe()
        return told

    def _removal(self, bound: Told) -> Step:
        """The de-registration of what a message has registered, so that nothing is left behind."""
        answer = bound.answer
        assert answer is not None
        message = removal(answer.message)
        return Step(self.grammar.shape_of(message), bound.step.mn_id, (), bound.step.source, bound.step.case)

    # Life and death

    def _probe(self) -> None:
        """Ask whether it is there; find out which message killed it where it is not."""
        if not self._window:
            return
        if self.peer.alive():
            self._allowed = min(2 * self._allowed, MOST_SILENT)
            self._window.clear()
            self._octets.clear()
            self._silent = 0
        else:
            self._dead("it answers nothing any more", "")

    def _dead(self, what: str, place: str) -> None:
        """Something killed it: name that, shrink it, keep it, and bring the peer back. Raises Gone."""
        self.watch.listens = False
        try:
            self._hunt(what, place)
        finally:
            self.watch.listens = True
            self.watch.anew()

    def _hunt(self, what: str, place: str) -> None:
        history, window, octets = list(self.peer.history), list(self._window), tuple(self._octets)
        self._window.clear()
        self._octets.clear()
        if not window:  # a timer of its own, say
            window, octets = history[-1:], (self.peer.octets(history[-1]),)
        self._silent, self._allowed = 0, 1
        self._deaths += 1
        culprit = window[-1]
        self.plan.say(f"case {culprit.case}: {what}")
        kind = "exception" if place else "dead"
        if not self.peer.comes_back:
            self._without_a_way_back(what, window, octets)
            return
        failure = self._failure(kind, what, window, octets, reproduced=False)
        try:
            found = self._reproduced(history, len(window))
            if found is not None:
                small = self._shrunk(found)
                failure = self._failure(kind, what, small, self._proof)
                self.plan.say(f"  shrunk to {failure.form}")
            self._back()
        finally:
            self._keep(failure)

    def _shrunk(self, steps: Sequence[Step]) -> Sequence[Step]:
        tries = self.plan.tries
        if tries is None:
            tries = TRIES_EMBEDDED if self.peer.is_embedded else TRIES_RESTARTED
        return shrink(steps, self._kills, self.grammar, tries) if tries else steps

    def _kills(self, steps: Sequence[Step]) -> bool:
        """Whether a fresh peer is dead after these."""
        self._back()
        sent: list[bytes] = []
        if self.peer.survives(steps, sent):
            return False
        self._proof = tuple(sent)
        return True

    def _back(self) -> None:
        if not self.peer.bring_back():
            raise Gone("the peer is dead and does not come back")

    def _reproduced(self, history: Sequence[Step], window: int) -> list[Step] | None:
        """The fewest of the last messages that kill a fresh peer; None where not even all of them do."""
        tried = 0
        for reach in sorted({*REACH, window}):
            steps = list(history[-reach:])
            if len(steps) > tried and self._kills(steps):
                return steps
            tried = len(steps)
        return None

    def _without_a_way_back(self, what: str, window: Sequence[Step], octets: tuple[bytes, ...]) -> None:
        """Nothing is tried again at a stranger's expense: all suspects are kept; it goes on if the peer comes back."""
        for _ in range(PATIENCE):
            self.plan.sleep(self.peer.timeout)
            if self.peer.alive():
                self.peer.history.clear()
                self._keep(
                    self._failure("deaf for a while", f"{what}, and came back", window, octets, reproduced=False)
                )
                return
        self._keep(self._failure("dead", what, window, octets, reproduced=False))
        raise Gone("the peer is dead and does not come back; --restart-command CMD would bring it back")

    def _failure(
        self, kind: str, what: str, steps: Sequence[Step], messages: tuple[bytes, ...], *, reproduced: bool = True
    ) -> Failure:
        told = [describe(step, self.grammar) for step in (steps if reproduced else steps[-1:])]
        last = steps[-1]
        sources = tuple(self.peer.source(step) for step in steps)
        only = tuple(dict.fromkeys(step.case for step in steps))
        return Failure(
            kind, what, " | ".join(told), messages, [last.case], last.wrong, reproduced, sources=sources, only=only
        )

    def _keep(self, failure: Failure) -> None:
        kept = self.result.add(failure)
        if kept is failure:
            way = self.peer.way
            again = f"Found by {self.result.alone(failure)}"
            self.corpus.keep(failure, way.locals, way.peer, again)


def _accepted(told: Told) -> bool:
    """Whether a message registered something."""
    message = told.answer.message if told.answer is not None else None
    return isinstance(message, BindingAcknowledgement) and message.status < 128 and message.lifetime > 0
