"""The engine: sends exchanges for mobile nodes, matches what comes back, gives up what does not.

It knows no schedule and no network: a port takes rows and gives columns, a clock tells the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from pmiptool.load.answers import HEARTBEAT as HEARTBEAT_TYPE
from pmiptool.load.answers import PBA, Reader, Shape, number_at
from pmiptool.load.clock import Clock
from pmiptool.load.counts import Counts, Seconds
from pmiptool.load.histogram import Histogram
from pmiptool.load.messages import Messages
from pmiptool.load.mix import ATTACH, DETACH, HANDOVER, HEARTBEAT, KINDS, MODIFY, REATTACH
from pmiptool.load.nodes import ATTACHED, DETACHED, DOUBTFUL, Nodes, Numbers
from pmiptool.load.pending import ANSWERED, LOST, SPACE, Pending, Slots
from pmiptool.net.unheeded import Unheeded

if TYPE_CHECKING:
    from pmiptool.net.bulk.port import Arrivals, BulkPort

_REJECTED, _MISSING_MN_ID = 128, 160
_AGAIN = 0.005
"""Seconds after which a retransmission for which there was no room is tried again."""


class Watcher(Protocol):
    """Told of everything that goes, and comes."""

    def sent(self, rows: NDArray[np.uint8], length: int, source: int, nodes: Numbers, now: float) -> None:
        """Rows that left, `length` octets of each, for these mobile nodes."""
        ...

    def came(self, arrivals: Arrivals, nodes: Numbers, times: NDArray[np.float64]) -> None:
        """A batch that came, and whose sequence numbers these are."""
        ...


@dataclass
class Tally:
    """What was counted since some moment: by kind, by second, and what belongs to no exchange."""

    kinds: list[Counts]
    seconds: Seconds
    lag: Histogram = field(default_factory=Histogram)
    """How long after they were due requests left."""
    unexpected: int = 0
    last: float = 0.0
    """When the last answer came."""

    @classmethod
    def empty(cls) -> Tally:
        return cls([Counts() for _ in KINDS], Seconds())


class Engine:
    """Requests of many mobile nodes through one port.

    waits: seconds to wait after each transmission of a registration; the request is given up after the last. tally:
    where things are counted; put another one there to count apart.
    """

    def __init__(
        self,
        port: BulkPort,
        clock: Clock,
        nodes: Nodes,
        messages: Messages,
        waits: Sequence[float],
        *,
        clock_offset: float = 0.0,
    ) -> None:
        self.port, self.clock, self.nodes, self.messages = port, clock, nodes, messages
        self.waits = tuple(waits)
        self.tally = Tally.empty()
        self.pending = Pending(len(port.sources), renumbers=not messages.wishes.stamps)
        self.watcher: Watcher | None = None
        self._offset = clock_offset
        self._stamp = 0
        self._stamps = messages.wishes.stamps
        self._wide = False
        self._turn = 0
        points = messages.codepoints
        self._reader = Reader(points.flow_identification_option_type, points.fid_length_unit == "units-of-8")
        self._unheeded = Unheeded(lambda: f"the target {port.target}")
        self._peer = np.frombuffer(port.destination.rjust(16, b"\0"), np.uint64)

    # Sending

    def start(self, kind: int, nodes: Numbers, intended: NDArray[np.float64]) -> int:
        """Send one request of a kind for each mobile node, due at these times, or when it leaves; return how many left.

        Mobile nodes whose request did not leave wait as before. For heartbeats `nodes` only says how many.
        """
        if kind == HEARTBEAT:
            return self._beat(len(nodes), intended)
        table = self.nodes
        if table.gateways == 1:
            sent = self._send(kind, 0, nodes, intended)
            self._return(kind, nodes[sent:])
            return sent
        mags = table.mag[nodes]
        if kind == HANDOVER:
            mags = (mags + np.uint16(1)) % np.uint16(table.gateways)
        done = 0
        for mag in np.unique(mags).tolist():
            here = mags == mag
            some = nodes[here]
            sent = self._send(kind, mag, some, intended[here])
            if kind == HANDOVER:
                table.mag[some[:sent]] = mag
            self._return(kind, some[sent:])
            done += sent
        return done

    def _return(self, kind: int, nodes: Numbers) -> None:
        if len(nodes):
            (self.nodes.detached if kind == ATTACH else self.nodes.attached).put_back(nodes)

    def _send(self, kind: int, mag: int, nodes: Numbers, intended: NDArray[np.float64]) -> int:
        """From one gateway, as far as numbers and rows reach."""
        done = 0
        while done < len(nodes):
            some = nodes[done : done + self.port.batch]
            numbers = self._numbers(mag, some)
            rows = self.port.rows(mag, len(numbers))
            count = len(rows)
            if not count:
                break
            some, numbers, due = some[:count], numbers[:count], intended[done : done + count]
            if kind == MODIFY:
                self.nodes.version[some] += 1
            length = self._write(kind, mag, rows, numbers, some)
            now = self.clock.now()
            due = np.minimum(due, now)
            took = self.port.send(length)
            if self.watcher is not None:
                self.watcher.sent(rows[:took], length, mag, some, now)
            if took < count:
                some, numbers, due = some[:took], numbers[:took], due[:took]
            if took:
                self.pending.add(mag, numbers, kind, some, due, now, now + self.waits[0])
                self.nodes.sequence[some] = numbers
                self.tally.kinds[kind].sent += took
                self.tally.seconds.add("sent", now, took)
                self.tally.lag.record(now - due)
            done += took
            if took < count:
                break
        return done

    def _numbers(self, mag: int, nodes: Numbers) -> NDArray[np.uint16]:
        if self._stamps:
            return self.pending.numbers(mag, len(nodes))
        return self.pending.numbers_after(mag, self.nodes.sequence[nodes])

    def _write(self, kind: int, mag: int, rows: NDArray[np.uint8], numbers: NDArray[np.uint16], nodes: Numbers) -> int:
        form = self.messages.form(kind, self._wide)
        if self._stamps:
            self._stamp = max(int((self.clock.wall() + self._offset) * 65536), self._stamp + 1)
        form.write(rows, mag, numbers, nodes, self.nodes, self.messages.identifiers, self._stamp)
        return form.template.length

    def _beat(self, count: int, intended: NDArray[np.float64]) -> int:
        """Heartbeats, from each gateway in turn."""
        done = 0
        for _ in range(count):
            mag, self._turn = self._turn, (self._turn + 1) % len(self.port.sources)
            lane = len(self.port.sources) + mag
            numbers = self.pending.numbers(lane, 1)
            rows = self.port.rows(mag, len(numbers))
            if not len(rows):
                break
            self.messages.write_heartbeats(rows, mag, numbers)
            now = self.clock.now()
            due = np.minimum(intended[done : done + 1], now)
            length, none = self.messages.form(HEARTBEAT).template.length, np.full(1, -1, np.int32)
            if not self.port.send(length):
                break
            if self.watcher is not None:
                self.watcher.sent(rows, length, mag, none, now)
            self.pending.add(lane, numbers, HEARTBEAT, none, due, now, now + sum(self.waits))
            self.tally.kinds[HEARTBEAT].sent += 1
            self.tally.lag.record(now - due)
            self.tally.seconds.add("sent", now, 1)
            done += 1
        return done

    # Receiving

    def take(self, arrivals: Arrivals) -> None:
        """A batch that came in."""
        times = self.clock.converted(arrivals.times)
        data, lengths, local = arrivals.data, arrivals.lengths, arrivals.local
        if self.watcher is not None:
            lanes = local.astype(np.int64) + len(self.port.sources) * (data[:, 2] == HEARTBEAT_TYPE)
            numbers = np.where(data[:, 2] == HEARTBEAT_TYPE, number_at(data, 10, 2), number_at(data, 8, 2))
            self.watcher.came(arrivals, self.pending.node[numbers.astype(np.int64) + lanes * SPACE], times)
        senders = arrivals.senders.view(np.uint64)
        ours = (senders[:, 0] == self._peer[0]) & (senders[:, 1] == self._peer[1])
        if not ours.all():
            self.tally.unexpected += int(np.count_nonzero(~ours))
            self._unheeded.stranger(bytes(arrivals.senders[~ours][0])[-len(self.port.destination) :])
            data, lengths, local, times = data[ours], lengths[ours], local[ours], times[ours]
        for shape, rows in self._reader.groups(data, lengths):
            if shape.type == PBA and shape.length >= 12:
                self._acknowledged(shape, data[rows], local[rows], times[rows])
            elif shape.type == HEARTBEAT_TYPE and shape.length >= 12:
                self._beaten(data[rows], local[rows], times[rows])
            else:
                self.tally.unexpected += len(times[rows])

    def _acknowledged(
        self, shape: Shape, data: NDArray[np.uint8], local: NDArray[np.int32], times: NDArray[np.float64]
    ) -> None:
        """Proxy binding acknowledgements of one shape."""
        slots = number_at(data, 8, 2).astype(np.int64)
        if len(self.port.sources) > 1:
            slots += local.astype(np.int64) * SPACE
        status = data[:, 6]
        if shape.mn_id and shape.mn_id_length == self.messages.identifier_length:
            named = data[:, shape.mn_id : shape.mn_id + shape.mn_id_length]
            right = self.messages.identifiers.match(named, self.pending.node[slots])
        elif not shape.mn_id:
            right = status == _MISSING_MN_ID
        else:
            right = np.zeros(len(slots), np.bool_)
        self._judge(slots, right, times, shape, data, status)

    def _beaten(self, data: NDArray[np.uint8], local: NDArray[np.int32], times: NDArray[np.float64]) -> None:
        """Heartbeats: responses have R set and the number of the request (RFC 5847 3.3)."""
        numbers = number_at(data, 8, 4).astype(np.int64)
        slots = (numbers & 0xFFFF) + (local.astype(np.int64) + len(self.port.sources)) * SPACE
        right = (numbers < SPACE) & (data[:, 7] & 1 == 1)
        self._judge(slots, right, times, None, data, np.zeros(len(slots), np.uint8))

    def _judge(
        self,
        slots: Slots,
        right: NDArray[np.bool_],
        times: NDArray[np.float64],
        shape: Shape | None,
        data: NDArray[np.uint8],
        status: NDArray[np.uint8],
    ) -> None:
        pending, tally = self.pending, self.tally
        judged = pending.judge(slots, right)
        tally.unexpected += judged.unexpected
        for slot in judged.duplicates.tolist():
            tally.kinds[int(pending.kind[slot])].duplicates += 1
        for slot in judged.late.tolist():
            tally.kinds[int(pending.kind[slot])].late += 1
        which, roots = judged.which, judged.roots
        if not len(roots):
            return
        if len(which) < len(slots):
            times, status, data = times[which], status[which], data[which]
        kinds = pending.kind[roots]
        latency, service = times - pending.intended[roots], times - pending.sent[roots]
        tally.seconds.answered(times, latency)
        tally.last = max(tally.last, float(times[-1]))
        pending.end(roots, ANSWERED)
        nodes = pending.node[roots]
        first = int(kinds[0])
        if (kinds == first).all():
            self._settle(first, nodes, status, latency, service, shape, data)
            return
        for kind in np.unique(kinds).tolist():
            here = kinds == kind
            self._settle(kind, nodes[here], status[here], latency[here], service[here], shape, data[here])

    def _settle(
        self,
        kind: int,
        nodes: Numbers,
        status: NDArray[np.uint8],
        latency: NDArray[np.float64],
        service: NDArray[np.float64],
        shape: Shape | None,
        data: NDArray[np.uint8],
    ) -> None:
        """Answers to requests of one kind: count them, and let the mobile nodes be where the LMA has them."""
        counts = self.tally.kinds[kind]
        counts.answered += len(status)
        counts.latency.record(latency)
        counts.service.record(service)
        if shape is None:
            return
        for at in shape.fids:
            for value, count in enumerate(np.bincount(data[:, at]).tolist()):
                if count:
                    counts.fid_status[value] += count
        if int(status.max()) >= _REJECTED:
            refused = status >= _REJECTED
            for value, count in enumerate(np.bincount(status[refused]).tolist()):
                if count:
                    counts.rejected[value] += count
            self.tally.seconds.add("rejected", self.clock.now(), int(np.count_nonzero(refused)))
            self._refused(kind, nodes[refused])
            nodes, data = nodes[~refused], data[~refused]
        if len(nodes):
            self._accepted(kind, nodes, shape, data)

    def _accepted(self, kind: int, nodes: Numbers, shape: Shape, data: NDArray[np.uint8]) -> None:
        table = self.nodes
        self.tally.kinds[kind].granted(number_at(data, 10, 2))
        if kind == DETACH:
            table.state[nodes] = DETACHED
            table.detached.put(nodes)
            return
        if kind in (ATTACH, REATTACH):
            table.state[nodes] = ATTACHED
            if shape.prefix:
                lengths = data[:, shape.prefix - 1]
                table.learn(nodes, data[:, shape.prefix : shape.prefix + 16], lengths)
                if not self._wide and bool(((lengths != 64) | (table.prefix_low[nodes] != 0)).any()):
                    self._widen()
        table.attached.put(nodes)

    def _widen(self) -> None:
        """From now on write whole prefixes: those given are not all /64."""
        self._wide = True

    def _refused(self, kind: int, nodes: Numbers) -> None:
        table = self.nodes
        if kind == ATTACH:
            table.detached.put(nodes)
            return
        if kind == HANDOVER:
            table.mag[nodes] = (table.mag[nodes] + np.uint16(table.gateways - 1)) % np.uint16(table.gateways)
        table.attached.put(nodes)

    # Waiting

    def expire(self, now: float) -> None:
        """Send again, or give up, what was not answered in time."""
        for tries, slots in self.pending.overdue(now):
            beats = self.pending.kind[slots] == HEARTBEAT
            if tries + 1 < len(self.waits) and not beats.all():
                self.give_up(slots[beats], now)
                self._again(slots[~beats], tries)
            else:
                self.give_up(slots, now)

    def _again(self, slots: Slots, tries: int) -> None:
        """Send requests once more (RFC 5213 6.9.4): the latest timestamp, or a greater sequence number."""
        kinds, lanes = self.pending.kind[slots], slots // SPACE
        for key in np.unique(kinds.astype(np.int64) * SPACE + lanes).tolist():
            kind, lane = divmod(key, SPACE)
            some = slots[(kinds == kind) & (lanes == lane)]
            while len(some):
                left = self._resend(kind, lane, some[: self.port.batch], tries)
                some = some[left:]
                if not left:
                    self.pending.repeat(some, self.clock.now() + _AGAIN, tries)
                    break

    def _resend(self, kind: int, lane: int, slots: Slots, tries: int) -> int:
        nodes = self.pending.node[slots]
        numbers = (slots & 0xFFFF).astype(np.uint16) if self._stamps else self._numbers(lane, nodes)
        rows = self.port.rows(lane, len(numbers))
        count = len(rows)
        if not count:
            return 0
        nodes, numbers = nodes[:count], numbers[:count]
        length = self._write(kind, lane, rows, numbers, nodes)
        now = self.clock.now()
        took = self.port.send(length)
        if self.watcher is not None:
            self.watcher.sent(rows[:took], length, lane, nodes, now)
        due = now + self.waits[tries + 1]
        if self._stamps:
            self.pending.repeat(slots[:took], due, tries + 1)
        else:
            self.pending.renumber(lane, slots[:took], numbers[:took], due, tries + 1)
            self.nodes.sequence[nodes[:took]] = numbers[:took]
        self.tally.kinds[kind].retransmitted += took
        return took

    def give_up(self, slots: Slots, now: float) -> None:
        """Count requests as lost."""
        if not len(slots):
            return
        pending, table = self.pending, self.nodes
        roots = pending.root[slots] if pending.renumbers else slots
        kinds, nodes = pending.kind[slots], pending.node[slots]
        pending.end(roots, LOST)
        self.tally.seconds.add("lost", now, len(slots))
        for kind in np.unique(kinds).tolist():
            some = nodes[kinds == kind]
            self.tally.kinds[kind].lost += len(some)
            if kind == HEARTBEAT:
                continue
            if kind in (ATTACH, HANDOVER, DETACH):
                table.state[some] = DOUBTFUL
                table.detached.put(some)
            else:
                table.attached.put(some)
