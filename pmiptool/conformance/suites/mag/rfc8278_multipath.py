"""RFC 8278: a MAG with several paths to its LMA, as one of them shows it."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY
from pmiptool.wire.values import MagIdentifier, MagMultipathBinding

PATH: dict[str, Any] = {"multipath": {"mag_id": "mag1@example.org", "bid": 7, "label": 3}}
ONCE_MORE = 3.0  # seconds in which something is sent again


def _option(request: Request) -> MagMultipathBinding:
    """Its MAG Multipath-Binding option; the case is over without one."""
    option: MagMultipathBinding | None = request.option(MagMultipathBinding)
    request.mag.demand("a MAG Multipath-Binding option", option is not None, "none")
    assert option is not None
    return option


@against_mag("rfc8278/4.1/if-att")
def if_att(mag: Mag) -> None:
    att = _option(mag.node(**PATH).attach()).if_att
    mag.check("an access technology that is assigned", att in ACCESS_TECHNOLOGY.names(mag.codepoints), att)


@against_mag("rfc8278/4.1/mag-bid-range", "rfc8278/4.1/bid-unique")
def bid_range(mag: Mag) -> None:
    bid = _option(mag.node(**PATH).attach()).bid
    mag.check("a binding identifier of 1 to 254", 1 <= bid <= 254, bid)


@against_mag("rfc8278/4.1/mag-b-and-o")
def b_and_o(mag: Mag) -> None:
    option = _option(mag.node(**PATH).attach())
    mag.check("not both flags, B and O", not (option.b and option.o), option)


@against_mag("rfc8278/4.1/mag-o-in-deregistration")
def o_in_deregistration(mag: Mag) -> None:
    node = mag.node(**PATH)
    node.registered()
    option = node.detach().option(MagMultipathBinding)
    mag.check("the O flag is clear", option is None or not option.o, option)


@against_mag("rfc8278/4.1/mag-reserved")
def path_reserved(mag: Mag) -> None:
    node = mag.node(**PATH)
    request = node.attach()
    option = _option(request)
    mag.check("reserved bits of 0", not option.reserved, option.reserved)
    request.answer(put=[structs.replace(option, reserved=9)])
    mag.pause(0.1)
    _option(node.renew())


@against_mag("rfc8278/4.2/mag-reserved")
def identifier_reserved(mag: Mag) -> None:
    option = mag.node(**PATH).attach().option(MagIdentifier)
    mag.check("a reserved octet of 0", option is not None and not option.reserved, option)


@against_mag("rfc8278/4.2/subtype")
def subtype(mag: Mag) -> None:
    option = mag.node(**PATH).attach().option(MagIdentifier)
    mag.check("a subtype that is assigned", option is not None and 1 <= option.subtype <= 41, option)


@against_mag("rfc8278/4.4/multipath-option-in-every-request")
def option_in_every_request(mag: Mag) -> None:
    node = mag.node(**PATH)
    _option(node.registered())
    _option(node.renew())


@against_mag("rfc8278/4.4/mag-identifier-present")
def identifier_present(mag: Mag) -> None:
    mag.node(**PATH).attach().expect("option.mag-id.identifier != none")


@against_mag("rfc8278/4.4/mag-disables-without-option")
def disables_without_option(mag: Mag) -> None:
    mag.play(lma={"multipath": False})
    node = mag.node(**PATH)
    node.is_denied = True
    node.registered()
    renewal = node.renew()
    mag.check("no MAG Multipath-Binding option any more", renewal.option(MagMultipathBinding) is None, "one")


@against_mag("rfc8278/4.4/mag-disables-after-180")
def disables_after_180(mag: Mag) -> None:
    mag.play(lma={"multipath": "reject"})
    node = mag.node(**PATH)
    node.is_denied = True
    node.attach().answer()
    came = [node.hear(ONCE_MORE)]
    if came[0] is not None:
        came[0].answer()
        mag.pause(0.1)
        came.append(node.renew())
    asks = [request.text for request in came if request is not None and request.option(MagMultipathBinding) is not None]
    mag.check("no MAG Multipath-Binding option any more", not asks, "; ".join(asks))
