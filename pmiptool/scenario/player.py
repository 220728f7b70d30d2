"""Several MAGs on one transport: moves datagrams, timers and events between them and keeps every packet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pmiptool.mag import MagConfig, MobileAccessGateway
from pmiptool.mag.events import AnyEvent, RequestSent
from pmiptool.net.transport import Received, Transport
from pmiptool.registry.codepoints import CodePoints
from pmiptool.scenario.result import Packet
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded

LMA = "LMA"


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

    def take(self) -> tuple[list[Packet], list[tuple[str, AnyEvent]], list[str]]:
        """What happened since the last call: packets, events with the name of their MAG, ICMP errors in words."""
        taken = self.packets, self.events, self.errors
        self.packets, self.events, self.errors = [], [], []
        return taken

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
                decoded = decoded or self.codec.decode(datagram.data)
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
        if arrival.destination.port is None and len(arrival.source.address) == 16:
            decoded = self.codec.decode(arrival.data, src=arrival.source.address, dst=arrival.destination.address)
        else:
            decoded = self.codec.decode(arrival.data, udp=True)
        self.packets.append(Packet(arrival.time, LMA, name, arrival.source, arrival.destination, arrival.data, decoded))
        mag = self.mags[name]
        mag.receive(arrival.data, arrival.source, arrival.time, arrival.destination)
        self._collect(name, mag)

    def _addressee(self, destination: Endpoint) -> str | None:
        found = self.names.get(destination)
        if found is None:
            found = next((name for e, name in self.names.items() if e.address == destination.address), None)
        return found
