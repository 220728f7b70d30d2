"""Steering under test: an LMA's filters, packets to the mobile node, and the tunnels that they must come out of.

What the tunnels must be, the classifier says of the session that the LMA's own answers make (PROTOCOL: the downlink
classifier); where the texts leave it open, the reading of `no-match` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv6Address, IPv6Network

from msgspec.structs import replace

from pmiptool.conformance.case import Case
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import Node
from pmiptool.conformance.trial import SetUpFailed, TrialSettings
from pmiptool.net.downlink import Arrivals, Downlink
from pmiptool.net.record import Recorder
from pmiptool.session.classifier import Fragments, classify
from pmiptool.session.model import Session
from pmiptool.session.probe import Asked, Probe, around
from pmiptool.session.unknown import Unknown
from pmiptool.text.values import address_text

CORRESPONDENT = IPv6Address("2001:db8:c::1").packed
INTERFACE = 1  # the interface identifier of the mobile node in its prefix


class Steered(Lma):
    """An LMA under test whose downlink can be seen.

    correspondent: the source address of packets, where no filter names one.
    """

    def __init__(
        self,
        case: Case,
        transport: Recorder,
        settings: TrialSettings,
        attempt: int = 1,
        *,
        downlink: Downlink,
        correspondent: bytes = CORRESPONDENT,
    ) -> None:
        super().__init__(case, transport, settings, attempt)
        self._recorder = transport
        self._downlink = downlink
        self._correspondent = correspondent
        self._arrives = False

    def interfaces(self, *filters: Sequence[str], bids: bool = False) -> list[Node]:
        """A mobile node with an interface at a gateway for each list of filters. bids: each registers its number."""
        nodes: list[Node] = []
        for mag, own in enumerate(filters):
            node = nodes[0].interface(mag) if nodes else self.node(mhgid=0)
            node.attach(flows=own, **({"bids": (mag + 1,)} if bids else {}))
            nodes.append(node)
        return nodes

    def session_of(self, node: Node) -> Session:
        """The mobility session, as the exchanges say that it is. SetUpFailed where they say nothing."""
        found = self._verifier.session(node.id)
        if found is None:
            raise SetUpFailed(f"no answer of the LMA has made a mobility session of {node.name}")
        return found

    def base(self, node: Node) -> Probe:
        """A packet to the mobile node that no filter of most cases names."""
        network = IPv6Network((node.hnp[0].address, node.hnp[0].length), strict=False)
        return Probe(self._correspondent, network[INTERFACE].packed)

    # What must be seen

    def follows(self, node: Node, *more: Asked) -> None:
        """Packets inside each filter, at its limits and beside them, and those given, arrive where they must."""
        session, base = self.session_of(node), self.base(node)
        asked = [Asked("what no filter names", base)]
        for _, flow in session.flows():
            if not isinstance(flow.selector, Unknown):
                asked += (Asked(f"filter {flow.fid}: {about}", probe) for about, probe in around(flow.selector, base))
        self.asks(node, [*asked, *more])

    def asks(self, node: Node, asked: Iterable[Asked]) -> None:
        """Each of these packets arrives where it must."""
        questions = list(asked)
        session, reading, fragments = self.session_of(node), self.readings["no-match"], Fragments()
        wanted = [classify(one.probe.octets(bytes(8)), session, reading, fragments) for one in questions]
        arrived = self._ask(questions, wanted)
        self._must_arrive(node, wanted, arrived)
        lost = [n for n, (want, came) in enumerate(zip(wanted, arrived, strict=True)) if set(came) < set(want)]
        if lost and not self._is_embedded:
            self.note(f"{len(lost)} packets did not arrive everywhere, and were sent once more")
            again = self._ask([questions[n] for n in lost], [wanted[n] for n in lost])
            for number, came in zip(lost, again, strict=True):
                arrived[number] = came
        for one, want, came in zip(questions, wanted, arrived, strict=True):
            self.check(f"{one.about} goes to {self._names(want)}", sorted(came) == sorted(want), self._names(came))

    def nothing_arrives(self, node: Node) -> None:
        """No packet to a mobile node that is gone comes out of a tunnel."""
        (came,) = self._ask([Asked("a packet to it", self.base(node))], [()])
        self.check("a packet to it goes nowhere", not came, self._names(came))

    def _ask(self, questions: Sequence[Asked], wanted: Sequence[Arrivals]) -> list[Arrivals]:
        """Send packets and see where they arrive; the recording has both, with what each is about."""

        def seen(number: int, packet: bytes, end: bytes | None) -> None:
            about = f"probe {number + 1}"
            if end is None:
                about += f", {questions[number].about}: goes to {self._names(wanted[number])}"
            else:
                about += f" came out of the tunnel to {self._names((end,))}"
                about += "" if end in wanted[number] else ", where it does not belong"
            self._recorder.beside(packet, about)

        return self._downlink.ask([one.probe for one in questions], seen)

    @property
    def _is_embedded(self) -> bool:
        return self.embedded is not None

    def _must_arrive(self, node: Node, wanted: Sequence[Arrivals], arrived: Sequence[Arrivals]) -> None:
        """Where nothing comes out of any tunnel, it is not the filters that are wrong."""
        if not self._arrives and any(wanted) and not any(arrived):
            prefix = f"{address_text(node.hnp[0].address)}/{node.hnp[0].length}"
            raise SetUpFailed(
                f"no packet to {prefix} comes out of a tunnel to us: the LMA does not forward it, or the route from "
                "here does not lead to the LMA",
                lost=True,
            )
        self._arrives = self._arrives or any(arrived)

    def _names(self, ends: Iterable[bytes]) -> str:
        """Gateways by the names of our ends; nowhere for none."""
        named = {local.address: self.us(number) for number, local in enumerate(self.transport.locals)}
        return " and ".join(sorted(named.get(end, address_text(end)) for end in ends)) or "nowhere"


def maker(downlink: Downlink, correspondent: bytes = CORRESPONDENT) -> Callable[..., Steered]:
    """What makes the trial of a steering case."""

    def make(case: Case, transport: Recorder, settings: TrialSettings, attempt: int = 1) -> Steered:
        return Steered(case, transport, settings, attempt, downlink=downlink, correspondent=correspondent)

    return make


def fragments_of(probe: Probe, identification: int) -> list[Asked]:
    """The first fragment of a packet, and a later one."""
    return [
        Asked("its first fragment", replace(probe, fragment=(0, True, identification))),
        Asked("a later fragment", replace(probe, fragment=(1400, False, identification))),
    ]
