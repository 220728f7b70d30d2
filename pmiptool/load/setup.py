"""From a target and wishes to a run that is ready: port, clock, mobile nodes, messages, engine."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.load.clock import Clock, SystemClock
from pmiptool.load.embedded import TransportPort
from pmiptool.load.engine import Engine
from pmiptool.load.identifiers import Identifiers, Listed, Pattern
from pmiptool.load.messages import Messages, Wishes
from pmiptool.load.mix import ATTACH, DETACH, HANDOVER, KINDS, MODIFY, REATTACH, mix_text
from pmiptool.load.nodes import Nodes
from pmiptool.load.pacing import waits
from pmiptool.load.result import Result
from pmiptool.load.run import Period, Plan, Progress, Run
from pmiptool.net.bulk.port import BulkPort, open_port
from pmiptool.net.target import Target
from pmiptool.net.transport import Transport
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.values import address_text

MOST_GATEWAYS = 256
PATTERN = "mn{}@example.org"
FIRST_WAIT, LONGEST_WAIT = 1.0, 32.0  # RFC 6275 12
TIMEOUT, TIMEOUT_REPEATING = 3.0, 15.0


@dataclass(frozen=True)
class Population:
    """The mobile nodes: how many, and their MN-IDs by a pattern or as listed."""

    count: int = 100
    pattern: str = PATTERN
    first: int = 0
    listed: tuple[str, ...] = ()

    def identifiers(self) -> Identifiers:
        if self.listed:
            return Listed(self.listed[: self.count])
        return Pattern(self.pattern, self.count, self.first)


@dataclass
class Load:
    """All of a run, opened. Close it in `finally`."""

    port: BulkPort
    engine: Engine
    plan: Plan
    settings: dict[str, Any]

    def play(
        self,
        *,
        stopped: Callable[[], int] = lambda: 0,
        watch: Callable[[Progress], None] | None = None,
    ) -> Result:
        """Run it. Raises ExchangeFailed where ICMP errors come and answers do not."""
        run = Run(self.engine, self.plan, stopped=stopped, watch=watch)
        with unhurried():
            return self.result(run, run.play())

    def result(self, run: Run, period: Period) -> Result:
        """What was counted in a period."""
        tally, nodes = self.engine.tally, self.engine.nodes
        ended = period.ended if period.paced else max(period.ended, tally.last)
        kinds = {KINDS[kind]: counts for kind, counts in enumerate(tally.kinds) if counts.sent}
        return Result(
            target=str(self.port.target),
            sources=tuple(address_text(source) for source in self.port.sources),
            path=self.port.path,
            why=self.port.why,
            settings=self.settings,
            started=period.started,
            ended=ended,
            asked=None if self.plan.storm else self.plan.rate,
            kinds=kinds,
            seconds=tally.seconds,
            unexpected=tally.unexpected,
            receive_queue=run.drops.receive_queue,
            send_queue=run.drops.send_queue,
            interface=run.drops.interface,
            unsent=period.unsent,
            lag=tally.lag,
            held=period.held,
            icmp=run.errors,
            cleanup=cleaned(run),
            interrupted=run.interrupted,
            octets_per_mn=round((nodes.octets + self.engine.messages.octets) / nodes.count, 1),
        )

    def close(self) -> None:
        self.port.close()


@contextmanager
def unhurried() -> Iterator[None]:
    """Let the garbage collector leave alone what there is: its walks would hold messages up for many milliseconds."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def cleaned(run: Run) -> dict[str, Any]:
    """What detaching everybody at the end did; `left`: whom it was not tried for, after silence or a second Ctrl-C."""
    counts = run.cleanup.kinds[DETACH]
    return {
        "sent": counts.sent,
        "answered": counts.answered,
        "rejected": {str(status): count for status, count in sorted(counts.rejected.items())},
        "lost": counts.lost,
        "left": run.left,
    }


def prepare(
    target: Target,
    sources: tuple[bytes, ...],
    population: Population,
    wishes: Wishes,
    plan: Plan,
    *,
    codepoints: CodePoints = DEFAULT,
    timeout: float | None = None,
    repeat: bool = False,
    first_wait: float = FIRST_WAIT,
    clock_offset: float = 0.0,
    path: str | None = None,
    transport: Callable[[], Transport] | None = None,
) -> Load:
    """Open the way, and make ready. transport: opens the embedded target.

    repeat: requests are sent again with RFC 5213's back-off, after `first_wait` seconds at first.
    Raises UsageError for what does not go together.
    """
    if MODIFY in plan.mix:
        wishes = wishes.with_flows()
    identifiers = population.identifiers()
    gateways = len(sources) or 1
    if gateways > MOST_GATEWAYS:
        raise UsageError(f"{gateways} sources are more than load plays, {MOST_GATEWAYS}")
    # Wrong wishes are told before anything is opened.
    trial = Messages(wishes, identifiers, (), codepoints)
    trial.check(_kinds(plan))
    longest = max(trial.form(kind).template.length for kind in _kinds(plan))
    port: BulkPort
    clock: Clock
    if target.kind == "embedded":
        if transport is None:
            raise UsageError("the embedded target is not opened")
        port = clock = TransportPort(transport())
    else:
        port, clock = open_port(target, sources, window=plan.window, longest=longest, path=path), SystemClock()
    try:
        if HANDOVER in plan.mix and len(port.sources) < 2:
            raise UsageError("handovers go from one MAG to another; give --source twice or more")
        pairs = [(source, port.destination) for source in port.sources] if target.kind != "udp" else []
        messages = Messages(wishes, identifiers, pairs, codepoints)
        messages.check(_kinds(plan))
        whole = timeout if timeout is not None else TIMEOUT_REPEATING if repeat else TIMEOUT
        engine = Engine(
            port,
            clock,
            Nodes(identifiers.count, len(port.sources)),
            messages,
            waits(first_wait, LONGEST_WAIT, whole) if repeat else [whole],
            clock_offset=clock_offset,
        )
    except BaseException:
        port.close()
        raise
    settings = {
        "rate": plan.rate,
        "window": plan.window,
        "mix": mix_text(plan.mix),
        "mns": identifiers.count,
        "mn_id": identifiers.name(0),
        "duration": plan.duration,
        "count": plan.count,
        "ramp": plan.ramp,
        "scenario": "restart-storm" if plan.storm else None,
        "timeout": whole,
        "retransmit": repeat,
        "timestamps": wishes.stamps,
        "lifetime": wishes.lifetime,
        "flows": list(wishes.flow),
    }
    return Load(port, engine, plan, settings)


def _kinds(plan: Plan) -> list[int]:
    return [*dict.fromkeys([ATTACH, *plan.mix, *([REATTACH] if plan.storm else []), *([] if plan.keep else [DETACH])])]
