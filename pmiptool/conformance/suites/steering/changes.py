"""What becomes of flows when filters or interfaces change."""

from __future__ import annotations

from msgspec.structs import replace

from pmiptool.conformance.case import steers
from pmiptool.conformance.filters import KEEP, REMOVE
from pmiptool.conformance.steering import Steered
from pmiptool.session.probe import Asked

FILTER = "fid=1 pri=10 proto=udp dst-port=5060"


@steers("changes/added", clause="muho 3.5", says="A filter counts from the moment that it is accepted.")
def added(lma: Steered) -> None:
    nodes = lma.interfaces([], [])
    lma.follows(nodes[0])
    nodes[1].renew(flows=[FILTER])
    lma.follows(nodes[0])


@steers("changes/modified", clause="muho 3.3", says="A modified filter counts as it is now, and no longer as it was.")
def modified(lma: Steered) -> None:
    nodes = lma.interfaces([], [FILTER])
    base = lma.base(nodes[0])
    lma.follows(nodes[0])
    nodes[1].renew(flows=["fid=1 pri=10 pro=modify proto=udp dst-port=5070"])
    lma.follows(nodes[0], Asked("what it named before", replace(base, dst_port=5060)))


@steers("changes/renewed", clause="muho 3.2", says="A renewal without filters leaves them as they are.")
def renewed(lma: Steered) -> None:
    nodes = lma.interfaces([], [FILTER])
    nodes[1].renew()
    nodes[0].renew()
    lma.follows(nodes[0])


@steers("changes/left-out-of-a-summary", clause="mext 5.3.4", says="A filter that the summary leaves out is gone.")
def left_out_of_a_summary(lma: Steered) -> None:
    nodes = lma.interfaces([], [FILTER, "fid=2 pri=20 proto=udp dst-port=5070"])
    nodes[1].renew(summary=[2])
    lma.follows(nodes[0])


@steers("changes/removed", clause="muho 3.4", says="With ACT=Remove the flows go where what no filter names goes.")
def removed(lma: Steered) -> None:
    nodes = lma.interfaces([], [FILTER])
    lma.follows(nodes[0])
    nodes[1].detach(act=REMOVE)
    lma.follows(nodes[0])


@steers("changes/kept", clause="muho 4.2", says="With ACT=Keep the flows go on through another interface.", mags=3)
def kept(lma: Steered) -> None:
    nodes = lma.interfaces([], [], [FILTER])
    lma.follows(nodes[0])
    nodes[2].detach(act=KEEP)
    for node in nodes[:2]:  # whose answers tell of the filters that are there now
        node.renew()
    lma.follows(nodes[0])


@steers("changes/third-interface", clause="muho 3.5", says="A further interface brings its filters along.", mags=3)
def third_interface(lma: Steered) -> None:
    nodes = lma.interfaces([FILTER], [])
    third = nodes[0].interface(2)
    third.attach(flows=["fid=3 pri=5 proto=udp dst-port=5060"])
    lma.follows(nodes[0])


@steers("changes/first-interface-removed", clause="muho 3.4", says="Without the oldest interface the others go on.")
def first_interface_removed(lma: Steered) -> None:
    nodes = lma.interfaces([], [FILTER])
    lma.follows(nodes[0])
    nodes[0].detach(act=REMOVE)
    lma.follows(nodes[1])


@steers("changes/session-ended", clause="RFC 5213 5.3.5", says="Without a binding no packet goes anywhere.")
def session_ended(lma: Steered) -> None:
    nodes = lma.interfaces([FILTER])
    lma.follows(nodes[0])
    nodes[0].detach(act=REMOVE)
    lma.nothing_arrives(nodes[0])
