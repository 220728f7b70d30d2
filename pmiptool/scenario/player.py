"""Several MAGs on one transport: moves datagrams, timers and events between them and keeps every packet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pmiptool.mag import MagConfig, MobileAccessGateway
from pmiptool.mag.events import AnyEvent, Exchange, RequestSent
from pmiptool.net.transport import Received, Transport
from pmiptool.registry.codepoints import CodePoints
from pmiptool.scenario.result import LMA, Packet
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded


class Player:
    """The MAGs of one scenario, by name. Time is the transport's; `packets` and `errors` grow as things happen."""

    def __init__(
        self,
        transport: Transport,
        configs: Mapping[str, MagConfig],
        codepoints: CodePoints,
        seed: int,
    ) -> None:
        self.transport = transport
        self.codec = codec_for(codepoints)
        self.mags = {
            name: MobileAccessGateway(config, local, transport.peer, seed=seed + number)
            for number, ((name, config), local) in enumerate(zip(configs.items(), transport.locals, strict=False))
        }
        self.names = {mag.address: name for name, mag in self.mags.items()}
        self.packets: list[Packet] = []
        self.errors: list[str] = []
        self.events: list[tuple[str, AnyEvent]] = []
        self._attempts: dict[bytes, tuple[int, Decoded]] = {}

    def take(self, leave: tuple[str, str] | None = None) -> tuple[list[Packet], list[tuple[str, AnyEvent]], list[str]]:
        """What happened since the last call: packets, events with the name of their MAG, ICMP errors in words.

        `leave`, a MAG and the name of a message: what begins there with such a request of the LMA is left for the next
        call. An exchange that the MAG began before is not of it.
        """
        packets, events, errors = self.packets, self.events, self.errors
        self.packets, self.events, self.errors = [], [], []
        if leave is not None:
            mag, message = leave
            first = next(
                (n for n, one in enumerate(packets) if one.receiver == mag and one.decoded.name == message), -1
            )
            if first >= 0:
                self.packets = [one for one in packets[first:] if mag in (one.sender, one.receiver)]
                since = packets[first].time
                packets = [one for one in packets if not any(one is other for other in self.packets)]
                self.events = [pair for pair in events if pair[0] == mag and _is_of(pair[1], since)]
                events = [pair for pair in events if not any(pair is other for other in self.events)]
        return packets, events, errors

    def play(self, until: Callable[[], bool], deadline: float) -> None:
        """Let things happen until the condition holds or the time has come."""
        while True:
            now = self.transport.now()
            self._send(now)
            if until() or now >= deadline:
                return
            timers = [timer for mag in self.mags.values() if (timer := mag.next_timer()) is not None]
            for arrival in self.transport.receive(min([deadline, *timers])):
                if isinstance(arrival, Received):
                    self._deliver(arrival)
                else:
                    self.errors.append(arrival.text)
            now = self.transport.now()
            for mag in self.mags.values():
                timer = mag.next_timer()
                if timer is not None and timer <= now:
                    mag.on_timer(now)

    def _send(self, now: float) -> None:
        for name, mag in self.mags.items():
            self._collect(name, mag)
            for datagram in mag.to_send(now):
                attempt, decoded = self._attempts.pop(datagram.data, (0, None))
                decoded = decoded or self._decode(datagram.data, datagram.source, datagram.destination)
                packet = Packet(
                    self.transport.now(),
                    name,
                    LMA,
                    datagram.source,
                    datagram.destination,
                    datagram.data,
                    decoded,
                    attempt,
                )
                self.transport.send(datagram)
                self.packets.append(packet)

    def _collect(self, name: str, mag: MobileAccessGateway) -> None:
        """Take a MAG's events, and remember its requests by their octets."""
        for event in mag.events():
            self.events.append((name, event))
            if isinstance(event, RequestSent):
                self._attempts[event.request.raw] = (event.attempt, event.request)

    def _deliver(self, arrival: Received) -> None:
        name = self._addressee(arrival.destination)
        if name is None:
            return
        decoded = self._decode(arrival.data, arrival.source, arrival.destination)
        self.packets.append(Packet(arrival.time, LMA, name, arrival.source, arrival.destination, arrival.data, decoded))
        mag = self.mags[name]
        mag.receive(arrival.data, arrival.source, arrival.time, arrival.destination)
        self._collect(name, mag)

    def _decode(self, data: bytes, source: Endpoint, destination: Endpoint) -> Decoded:
        """A message between two endpoints; over UDP there is no checksum to judge."""
        if destination.port is None and len(source.address) == 16:
            return self.codec.decode(data, src=source.address, dst=destination.address)
        return self.codec.decode(data, udp=True)

    def _addressee(self, destination: Endpoint) -> str | None:
        found = self.names.get(destination)
        if found is None:
            found = next((name for e, name in self.names.items() if e.address == destination.address), None)
        return found


def _is_of(event: AnyEvent, since: float) -> bool:
    """Whether an event came with, or after, a message at that time, and is not about an earlier request."""
    return event.time >= since and not (isinstance(event, Exchange) and event.sent_at < since)
