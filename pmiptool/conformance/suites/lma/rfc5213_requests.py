"""RFC 5213 5.3.1: which requests an LMA takes, and how it rejects the others."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma


@against_lma("rfc5213/5.3.1/hnp-missing")
def hnp_missing(lma: Lma) -> None:
    lma.node().ask(without="hnp").rejected(158)


@against_lma("rfc5213/5.3.1/hnp-missing-with-binding")
def hnp_missing_with_binding(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(without="hnp").rejected(158)
    node.ask().accepted()


@against_lma("rfc5213/5.3.1/mn-unknown", configured={"lma": {"accept_unknown_mn": False}})
def mn_unknown(lma: Lma) -> None:
    lma.node(id=b"nobody@example.org").ask().rejected(153)


@against_lma("rfc5213/5.3.5/other-care-of-address-ignored", mags=2)
def other_care_of_address_ignored(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    lma.ignores(node.at(1).pbu(lifetime=0, hi=4), mag=1)
    node.ask().accepted()
