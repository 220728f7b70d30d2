"""draft-melia-netext-muho-solution-00, 4.1 and 6.1: the Multihoming option itself, and an LMA that does without."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.suites.lma.muho_sessions import VOICE, second_of
from pmiptool.wire.values import UnknownOption

NO_GROUPS = {"lma": {"multihoming": False}}
GROUPS_REFUSED = {"lma": {"multihoming": "reject"}}
NO_KEEPING = {"lma": {"reinstantiation": False}}


def of_wrong_length(node: Node) -> Any:
    return UnknownOption(node.lma.codepoints.multihoming_option_type, bytes(4))


def of_groups(lma: Lma) -> None:
    """That the LMA serves groups at all; the case is UNSUPPORTED where it does not."""
    lma.node(mhgid=0).attach()


def no_group(reply: Reply) -> None:
    """A rejection, or a registration in which the option does not count."""
    group = reply.group
    text = "a rejection, or an answer without Multihoming option"
    reply.check(text, reply.decoded.name == "pba" and (not reply.is_accepted or group is None), reply.status_text)


@against_lma("muho/4.1/pba-length")
def pba_length(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(flows=[VOICE]).accepted()
    octets = reply.octets(lma.codepoints.multihoming_option_type)
    reply.check("two octets in the Multihoming option", len(octets) == 2, len(octets))


@against_lma("muho/4.1/wrong-length")
def wrong_length(lma: Lma) -> None:
    of_groups(lma)
    node = lma.node()
    no_group(node.ask(more=[of_wrong_length(node)]))


@against_lma("muho/4.1/wrong-length-with-binding")
def wrong_length_with_binding(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach()
    plain = Node(lma, node.mag, node.shared, attached=True)
    no_group(plain.ask(more=[of_wrong_length(node)]))
    node.ask().accepted()


@against_lma("muho/4.1/mhgid-in-pba")
def mhgid_in_pba(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(flows=[VOICE]).accepted("option.multihoming.mhgid = 0")
    node.ask().accepted("option.multihoming.mhgid = 0")


@against_lma("muho/4.1/default-group", mags=2)
def default_group(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    given = first.attach().prefixes
    reply = first.interface(1, ll_id=b"\x02\0\0\0\0\x07", att=3).ask(hnp="any").accepted("option.multihoming.mhgid = 0")
    reply.check("the prefix of the first interface", reply.prefixes == given, reply.prefixes)


def another_group(reply: Reply) -> None:
    if reply.lma.readings["mhgid-nonzero"] == "accept":
        reply.accepted("option.multihoming.mhgid = 1")
    else:
        reply.rejected()


@against_lma("muho/4.1/mhgid-nonzero")
def mhgid_nonzero(lma: Lma) -> None:
    of_groups(lma)
    another_group(lma.node(mhgid=1).ask())


@against_lma("muho/4.1/mhgid-nonzero-with-binding")
def mhgid_nonzero_with_binding(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach()
    another_group(node.ask(mhgid=1))
    node.ask().accepted("option.multihoming.mhgid = 0")


@against_lma("muho/4.1/pba-rfu-zero")
def pba_rfu_zero(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask().accepted("option.multihoming.rfu = 0")
    node.ask(rfu=0x1F).accepted("option.multihoming.rfu = 0")


@against_lma("muho/4.1/rfu-ignored")
def rfu_ignored(lma: Lma) -> None:
    lma.node(mhgid=0).ask(rfu=0x1F).accepted("option.multihoming.mhgid = 0", "hnp != any")


@against_lma("muho/4.1/rfu-ignored-in-renewal")
def rfu_ignored_in_renewal(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach()
    node.ask(rfu=0x15).accepted("option.multihoming.mhgid = 0")


@against_lma("muho/6.1/multihoming-unsupported", configured=NO_GROUPS)
def multihoming_unsupported(lma: Lma) -> None:
    node = lma.node()
    reply = node.ask(mhgid=0)
    no_group(reply)
    if reply.is_accepted:
        reply.expect("hnp != any", "lifetime > 0")


def kept_nothing(lma: Lma) -> Reply:
    first = lma.node(mhgid=0)
    first.attach(flows=[VOICE])
    second_of(first)
    return first.ask(lifetime=0, hi=UNKNOWN, act=KEEP)


@against_lma("muho/6.1/option-unsupported", mags=2, configured=NO_KEEPING)
def option_unsupported(lma: Lma) -> None:
    kept_nothing(lma).rejected()


@against_lma("muho/6.1/multihoming-statuses", configured=GROUPS_REFUSED)
def multihoming_statuses(lma: Lma) -> None:
    lma.node().ask(mhgid=0).rejected(lma.codepoints.status_mh_not_supported)
