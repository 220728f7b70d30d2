"""Which filter decides, and what its action makes of a packet."""

from __future__ import annotations

from msgspec.structs import replace

from pmiptool.conformance.case import steers
from pmiptool.conformance.steering import Steered, fragments_of
from pmiptool.session.packet import MOBILITY_HEADER
from pmiptool.session.probe import Asked

ORDER = "mext 4.4"
ACTIONS = "mext 4.2"
FORWARDING = "RFC 6089 5.3.6"


@steers("decisions/no-filter", clause="mext 5.1.1", says="What no filter names goes where the reading no-match says.")
def no_filter(lma: Steered) -> None:
    lma.follows(lma.interfaces([], [])[0])


@steers("decisions/three-interfaces", clause="mext 5.1.1", says="The same with three interfaces.", mags=3)
def three_interfaces(lma: Steered) -> None:
    lma.follows(lma.interfaces([], [], [])[0])


@steers("decisions/own-interface", clause=ACTIONS, says="A filter without binding reference forwards to its interface.")
def own_interface(lma: Steered) -> None:
    lma.follows(lma.interfaces(["fid=1 pri=10 dst-port=1000"], ["fid=2 pri=20 dst-port=2000"])[0])


@steers("decisions/priority", clause=ORDER, says="Of filters that match, the one with the lowest FID-PRI decides.")
def priority(lma: Steered) -> None:
    first = ["fid=1 pri=20 dst-port=1000-1999"]
    lma.follows(lma.interfaces(first, ["fid=2 pri=10 dst-port=1500"])[0])


@steers("decisions/priority-of-the-later", clause=ORDER, says="FID-PRI counts, and not which was installed first.")
def priority_of_the_later(lma: Steered) -> None:
    lma.follows(lma.interfaces(["fid=1 pri=10 dst-port=1500"], ["fid=2 pri=20 dst-port=1000-1999"])[0])


@steers("decisions/equal-priority", clause=ORDER, says="Of filters of one FID-PRI the one installed first decides.")
def equal_priority(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 dst-port=1000-1999"])
    nodes[0].renew(flows=["fid=2 pri=10 dst-port=1500"])
    lma.follows(nodes[0])


@steers("decisions/discard", clause=ACTIONS, says="A filter that discards sends a packet nowhere.")
def discard(lma: Steered) -> None:
    lma.follows(lma.interfaces([], ["fid=1 pri=10 action=discard dst-port=1000"])[0])


@steers("decisions/discard-by-priority", clause=ACTIONS, says="A filter before one that discards decides.")
def discard_by_priority(lma: Steered) -> None:
    filters = ["fid=1 pri=20 action=discard dst-port=1000-1999", "fid=2 pri=10 dst-port=1500"]
    lma.follows(lma.interfaces([], filters)[0])


@steers("decisions/n-cast", clause=ACTIONS, says="A filter with n-cast sends a copy to every interface.", mags=3)
def n_cast(lma: Steered) -> None:
    lma.follows(lma.interfaces([], ["fid=1 pri=10 action=n-cast dst-port=1000"], [])[0])


@steers("decisions/n-cast-to-some", clause=ACTIONS, says="With binding references n-cast sends to those.", mags=3)
def n_cast_to_some(lma: Steered) -> None:
    nodes = lma.interfaces([], [], [], bids=True)
    nodes[0].renew(flows=["fid=1 pri=10 action=n-cast dst-port=1000 bid=2,3"])
    lma.follows(nodes[0])


@steers("decisions/binding-reference", clause=ACTIONS, says="A binding reference names the interface to forward to.")
def binding_reference(lma: Steered) -> None:
    nodes = lma.interfaces([], [], bids=True)
    nodes[0].renew(flows=["fid=1 pri=10 dst-port=1000 bid=2"])
    lma.follows(nodes[0])


@steers("decisions/inactive", clause=FORWARDING, says="A filter whose bindings are all gone is passed over.", mags=3)
def inactive(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=2 pri=20 dst-port=1000"], [], bids=True)
    nodes[0].renew(flows=["fid=1 pri=10 dst-port=1000 bid=3"])
    nodes[2].detach(act=1)
    lma.follows(nodes[0])


@steers("decisions/fragments", clause=FORWARDING, says="Later fragments follow the first one.")
def fragments(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=udp dst-port=5060"])
    base = lma.base(nodes[0])
    named, other = fragments_of(replace(base, dst_port=5060), 0x1001), fragments_of(base, 0x1002)
    lma.asks(nodes[0], [*named, *other])


@steers("decisions/mobility-header", clause="RFC 6275 6.1", says="Signalling is not steered by filters.")
def mobility_header(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10"])
    probe = replace(lma.base(nodes[0]), proto=MOBILITY_HEADER)
    lma.asks(nodes[0], [Asked("a Mobility Header", probe)])


@steers("decisions/many-filters", clause=ORDER, says="Twenty filters on two interfaces each decide about their own.")
def many_filters(lma: Steered) -> None:
    first = [f"fid={n} pri={n + 10} proto=udp dst-port={1000 + 10 * n}-{1004 + 10 * n}" for n in range(1, 11)]
    second = [f"fid={n} pri={n + 10} proto=udp dst-port={995 + 10 * n}-{1001 + 10 * n}" for n in range(11, 21)]
    lma.follows(lma.interfaces(first, second)[0])


@steers("decisions/two-mobile-nodes", clause="RFC 5213 5.6.1", says="Filters of one mobile node leave others alone.")
def two_mobile_nodes(lma: Steered) -> None:
    one = lma.interfaces(["fid=1 pri=10 dst-port=1000"], ["fid=2 pri=20 dst-port=2000"])
    other = lma.interfaces(["fid=1 pri=10 dst-port=2000"], ["fid=2 pri=20 dst-port=1000"])
    lma.follows(one[0])
    lma.follows(other[0])
