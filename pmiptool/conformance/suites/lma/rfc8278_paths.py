"""RFC 8278: several paths between one gateway and an LMA."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.reply import Reply
from pmiptool.wire.values import MagIdentifier, MagMultipathBinding

NOT_SUPPORTED = 180
OPTION = 63
MAG_ID = MagIdentifier(subtype=1, identifier=b"mag@example.org")
LIFETIME = 12  # seconds
HALF = LIFETIME / 2 + 1
NODE = b"single@example.org"
ONE_PATH = {"lma": {"multipath": True}, "mn": [{"id": NODE.decode(), "multipath": False}]}


def path(bid: int, **fields: int) -> tuple[Any, ...]:
    """The options of a request for a path."""
    return MagMultipathBinding(if_att=4, if_label=bid, bid=bid, **fields), MAG_ID


def _asks(node: Node, bid: int, **changes: Any) -> Reply:
    flags = {name: changes.pop(name) for name in ("b", "o") if name in changes}
    return node.ask(timestamp=None, more=path(bid, **flags), **changes)


def _two_paths(lma: Lma, **changes: Any) -> tuple[Node, Node]:
    """A mobile node with two paths, at two addresses of one gateway."""
    one = lma.node()
    if one.attach(timestamp=None, more=path(1), **changes).option(MagMultipathBinding) is None:
        lma.lacks("its answer has no MAG Multipath-Binding option")
    two = one.at(1)
    two.attached = True
    two.renew(timestamp=None, more=path(2), **changes)
    return one, two


def _is_there(node: Node, bid: int, sequence: int) -> bool:
    """Whether the path has an entry: a number that it had gets 135. Where all share one it is let go."""
    if node.lma.readings["sequence-scope"] == "session":
        return _asks(node, bid, lifetime=0, hi=UNKNOWN).is_accepted
    return _asks(node, bid, sequence=sequence).status == 135


@against_lma("rfc8278/4.1/bid-kept", mags=2)
def bid_kept(lma: Lma) -> None:
    """Each path is let go by its identifier, and the other stays."""
    one, two = _two_paths(lma)
    sequence = two.shared.sequence
    _asks(one, 1, lifetime=0, hi=UNKNOWN).accepted()
    lma.wait(lma.delete_delay + 1)
    lma.check("the other path is still there", _is_there(two, 2, sequence), "it is gone")


@against_lma("rfc8278/4.1/bid-answered", mags=2)
def bid_answered(lma: Lma) -> None:
    one, two = _two_paths(lma)
    for node, bid in ((one, 1), (two, 2)):
        given = [option.bid for option in _asks(node, bid).accepted().options(MagMultipathBinding)]
        lma.check(f"the binding identifier {bid}", given == [bid], given)


@against_lma("rfc8278/4.1/bulk-reregistration", mags=2)
def bulk(lma: Lma) -> None:
    one, two = _two_paths(lma, lifetime=LIFETIME)
    sequence = two.shared.sequence
    lma.wait(HALF)
    _asks(one, 1, b=1, lifetime=LIFETIME).accepted()
    lma.wait(HALF)
    lma.check("the other path is still there", _is_there(two, 2, sequence), "it is gone")


@against_lma("rfc8278/4.1/overwrite", mags=2)
def overwrite(lma: Lma) -> None:
    one, two = _two_paths(lma)
    sequence = one.shared.sequence - 1
    _asks(two, 2, o=1).accepted()
    lma.wait(lma.delete_delay + 1)
    lma.check("the other path is gone", not _is_there(one, 1, sequence), "it is there")


@against_lma("rfc8278/4.1/lma-reserved")
def reserved(lma: Lma) -> None:
    option, mag_id = path(1)
    odd = MagMultipathBinding(if_att=4, if_label=1, bid=1, reserved=0x3FFFFF)
    octets = lma.node().ask(more=(odd, mag_id)).accepted().octets(OPTION)
    lma.check("reserved bits of 0", not int.from_bytes(octets[3:], "big") & 0x3FFFFF, octets.hex())


@against_lma("rfc8278/4.2/lma-reserved")
def mag_id_reserved(lma: Lma) -> None:
    option, _ = path(1)
    odd = MagIdentifier(subtype=1, reserved=0xFF, identifier=MAG_ID.identifier)
    lma.node().ask(more=(option, odd)).accepted()


@against_lma("rfc8278/4.3/status-180-not-supported", configured={"lma": {"multipath": "reject"}})
def not_supported(lma: Lma) -> None:
    lma.node().ask(more=path(1)).rejected(NOT_SUPPORTED)


@against_lma("rfc8278/4.4/pba-multipath-option", mags=2)
def multipath_option(lma: Lma) -> None:
    one, two = _two_paths(lma)
    for node, bid in ((one, 1), (two, 2)):
        reply = _asks(node, bid).accepted()
        lma.check(f"a MAG Multipath-Binding option for path {bid}", bool(reply.options(MagMultipathBinding)), "none")


@against_lma("rfc8278/4.4/pba-no-mag-identifier")
def no_mag_identifier(lma: Lma) -> None:
    reply = lma.node().ask(more=path(1)).accepted()
    lma.check("no MAG Identifier option", reply.option(MagIdentifier) is None, "one")


@against_lma("rfc8278/4.4/legacy-skips", configured={"lma": {"multipath": False}})
def legacy_skips(lma: Lma) -> None:
    reply = lma.node().ask(more=path(1)).accepted()
    for kind in (MagMultipathBinding, MagIdentifier):
        lma.check(f"no {kind.__name__} option", reply.option(kind) is None, "one")


@against_lma("rfc8278/4.4/status-180-not-authorized", configured=ONE_PATH)
def not_authorized(lma: Lma) -> None:
    lma.node(id=NODE).ask(more=path(1)).rejected(NOT_SUPPORTED)


@against_lma("rfc8278/4.4/status-180-echo", configured=ONE_PATH)
def not_authorized_echo(lma: Lma) -> None:
    reply = lma.node(id=NODE).ask(more=path(7)).rejected()
    option = reply.option(MagMultipathBinding)
    lma.check("the MAG Multipath-Binding option of the request", option == path(7)[0], option or "none")
    lma.check("no MAG Identifier option", reply.option(MagIdentifier) is None, "one")
