"""RFC 5648 4.3, 5.3, 5.4 and 5.7: binding identifiers of a MAG, and what it makes of the answers.

Only what is left of it where each identifier stands for the one proxy care-of address of the PBU.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import structs

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.wire.values import BindingAcknowledgement, BindingIdentifier

FIVE_AND_SIX: dict[str, Any] = {"mhgid": 0, "bids": (5, 6)}
REGISTERED, NOT_COMPLETE, REFUSED = 1, 4, 128
PROHIBITED, UNKNOWN_COA, BULK_PROHIBITED = 166, 167, 168
ONCE_MORE = 3.0  # seconds in which something is sent again


def _named(request: Request) -> list[int]:
    return [option.bid for option in request.options(BindingIdentifier)]


def _asked(mag: Mag) -> tuple[MobileNode, Request]:
    """A mobile node with two identifiers, and its registration; the case is over where that does not name them."""
    node = mag.node(**FIVE_AND_SIX)
    request = node.attach()
    named = _named(request)
    mag.demand("two Binding Identifier options or more", len(named) > 1, named)
    return node, request


def with_statuses(statuses: Mapping[int, int], message: int = 0) -> Callable[[BindingAcknowledgement], Any]:
    """A change of an answer: these statuses in the options of these identifiers, and one of the message."""

    def change(pba: BindingAcknowledgement) -> BindingAcknowledgement:
        options = tuple(
            structs.replace(option, status=statuses.get(option.bid, 0))
            if isinstance(option, BindingIdentifier)
            else option
            for option in pba.options
        )
        return structs.replace(pba, status=message, options=options)

    return change


@against_mag("rfc5648/5.3/mag-bulk")
def bulk(mag: Mag) -> None:
    node, request = _asked(mag)
    named, wanted = _named(request), list(node.profile.bids)
    mag.check(f"one option each for {', '.join(map(str, wanted))}", sorted(named) == sorted(wanted), named)


@against_mag("rfc5648/5.4/mag-remove-all")
def remove_all(mag: Mag) -> None:
    """An option more would name what alone is removed."""
    node, request = _asked(mag)
    registered = _named(request)
    request.answer()
    removal = node.detach().expect("lifetime = 0")
    named = _named(removal)
    mag.check("no identifiers, or all of them", not named or set(named) == set(registered), named)


@against_mag("rfc5648/4.3/mag-status-of-option")
def status_of_option(mag: Mag) -> None:
    """It is about that identifier alone: the other one, and the session, stand."""
    node, request = _asked(mag)
    first, last = _named(request)[0], _named(request)[-1]
    request.answer(change=with_statuses({last: REFUSED}, NOT_COMPLETE))
    renewal = node.renew().expect("lifetime > 0", f"hnp = {node.hnp_text}")
    mag.check(f"the identifier {first}", first in _named(renewal), _named(renewal))


@against_mag("rfc5648/5.7/mag-registered")
def registered(mag: Mag) -> None:
    node, request = _asked(mag)
    named = _named(request)
    request.answer(change=with_statuses(dict.fromkeys(named, REGISTERED)))
    node.expect_silence(ONCE_MORE, "nothing is sent again")
    renewal = node.renew().expect("lifetime > 0", f"hnp = {node.hnp_text}")
    mag.check("the same identifiers", _named(renewal) == named, _named(renewal))


@against_mag("rfc5648/5.7/mag-unsupported")
def unsupported(mag: Mag) -> None:
    node, request = _asked(mag)
    node.is_denied = True  # so that it is told afterwards to try everything again
    request.answer(without="bid")
    named = _named(node.renew())
    mag.check("no identifiers any more", not named, named)


@against_mag("rfc5648/5.7/mag-prohibited")
def prohibited(mag: Mag) -> None:
    _no_more_than_one_after(mag, PROHIBITED)


@against_mag("rfc5648/5.7/mag-bulk-prohibited")
def bulk_prohibited(mag: Mag) -> None:
    _no_more_than_one_after(mag, BULK_PROHIBITED)


def _no_more_than_one_after(mag: Mag, status: int) -> None:
    """What follows that rejection, and the registration of another mobile node, has one identifier at most."""
    node, request = _asked(mag)
    node.is_denied = True
    request.answer(status=status)
    further = node.hear_all(ONCE_MORE)
    if further:
        further[-1].answer()
    other = mag.node(**FIVE_AND_SIX)
    further.append(other.attach())
    named = [_named(one) for one in further if one.message.lifetime]
    mag.check("one identifier at most in each request", all(len(bids) < 2 for bids in named), named)


@against_mag("rfc5648/5.7/mag-unknown-coa")
def unknown_coa(mag: Mag) -> None:
    node, request = _asked(mag)
    last = _named(request)[-1]
    request.answer()
    mag.pause(0.1)
    node.is_denied = True
    node.renew().answer(change=with_statuses({last: UNKNOWN_COA}, NOT_COMPLETE))
    again = node.expect_request("a further request", "lifetime > 0", within=ONCE_MORE)
    address = {option.bid: option.care_of_address for option in again.options(BindingIdentifier)}.get(last)
    mag.check(f"the care-of address in the option of {last}", bool(address), "none")
