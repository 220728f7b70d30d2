"""draft-melia-netext-muho-solution-00, 2, 3 and 5: the Multihoming option in what a MAG asks for."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import octets_of

FLOW = "fid=1 pri=10 proto=udp dst-port=5060"
OTHER_FLOW = "fid=2 pri=20 proto=tcp dst-port=80"
GROUP = "option.multihoming.mhgid = 0"
LIFETIME = 12  # seconds of a lifetime that is waited for


def _filters(request: Request) -> str:
    return ", ".join(f"FID {fid}" for fid in request.flows) or "none"


@against_mag("muho/2/mag-option-beside-rfc5213", "muho/5/mag-new-or-existing-session")
def option_beside_rfc5213(mag: Mag) -> None:
    needed = ("multihoming", "mn-id", "hnp", "hi", "att")
    mag.node(mhgid=0).attach().expect(*(f"option.{name} != none" for name in needed))


@against_mag("muho/2/mag-fid-options", "muho/4.2/mag-creates-filter")
def fid_options(mag: Mag) -> None:
    request = mag.node(mhgid=0).attach("flow", FLOW, "flow", OTHER_FLOW)
    mag.check("a Flow Identification option for each filter", sorted(request.flows) == [1, 2], _filters(request))


@against_mag("muho/2/mag-flows-with-option")
def flows_with_option(mag: Mag) -> None:
    mag.node(mhgid=0, flows=(FLOW,)).attach().expect("option.multihoming != none", "flow[1].dst_port = 5060")


@against_mag("muho/3.1/mag-first-interface")
def first_interface(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.attach("flow", FLOW).expect(
        f"option.mn-id.identifier = {node.name}", GROUP, "option.hi.hi = 1", "flow[1].proto = 17"
    )


@against_mag("muho/3.1/mag-second-interface", "muho/3.5/mag-addition-group")
def second_interface(mag: Mag) -> None:
    """For the gateway it is like the first: the other interface is at another one."""
    node = mag.node(mhgid=0, hnp=("2001:db8:a1::/64",))
    node.attach("flow", OTHER_FLOW).expect(GROUP, "option.hi.hi = 1", "flow[2].proto = 6")


@against_mag("muho/3.2/mag-renewal")
def renewal(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered(lifetime=LIFETIME)
    node.expect_request(
        "a renewal before the lifetime ends", f"hnp = {node.hnp_text}", GROUP, "option.hi.hi = 5", within=LIFETIME
    ).answer()


@against_mag("muho/3.3/mag-modification-on-trigger")
def modification_on_trigger(mag: Mag) -> None:
    node = _with_filter(mag)
    node.told("modify", "flow", "fid=1 pri=99 pro=modify proto=udp dst-port=5060")
    node.expect_request("a PBU with the filter", "flow[1].pri = 99", within=mag.patience)


@against_mag("muho/3.3/mag-modification-hi")
def modification_hi(mag: Mag) -> None:
    _with_filter(mag).modify("fid=1 pri=99 pro=modify proto=udp").expect("option.hi.hi = 5", "lifetime > 0")


@against_mag("muho/3.3/mag-modification-group")
def modification_group(mag: Mag) -> None:
    _with_filter(mag).modify("fid=1 pri=99 pro=modify proto=udp").expect(GROUP)


@against_mag("muho/3.4/mag-removal-group")
def removal_group(mag: Mag) -> None:
    _with_filter(mag).detach().expect(GROUP)


@against_mag("muho/3.4/mag-removal", "muho/5/mag-detach-lifetime")
def removal(mag: Mag) -> None:
    node = _with_filter(mag)
    node.told("detach")
    request = node.expect_request("a PBU when the interface goes", within=mag.patience)
    request.expect("lifetime = 0", "option.hi.hi = 4", f"hnp = {node.hnp_text}")


@against_mag("muho/4.1/mag-length")
def option_length(mag: Mag) -> None:
    request = mag.node(mhgid=0).attach()
    length = len(octets_of(request.decoded, mag.codepoints.multihoming_option_type) or b"")
    mag.check("two octets in the option", length == 2, length)


@against_mag("muho/4.1/mag-mhgid-zero")
def mhgid_zero(mag: Mag) -> None:
    mag.node(mhgid=0).attach().expect(GROUP)


@against_mag("muho/4.1/mag-act-zero-otherwise", "muho/4.1/mag-act-with-hi-4")
def act_zero_otherwise(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered("flow", FLOW).expect("option.multihoming.act = 0")
    node.renewed().expect("option.multihoming.act = 0")
    node.modify("fid=1 pri=99 pro=modify proto=udp").expect("option.multihoming.act = 0")


@against_mag("muho/4.1/mag-act-defined")
def act_defined(mag: Mag) -> None:
    _with_filter(mag).detach().expect("option.multihoming.act in 1,2")


@against_mag("muho/5/mag-detach-act")
def detach_act(mag: Mag) -> None:
    _with_filter(mag).detach("keep").expect("option.multihoming.act = 2")
    _with_filter(mag).detach("remove").expect("option.multihoming.act = 1")


@against_mag("muho/4.1/mag-rfu-zero")
def rfu_zero(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered().expect("option.multihoming.rfu = 0")
    node.detach().expect("option.multihoming.rfu = 0")


@against_mag("muho/5/mag-option-in-every-pbu")
def option_in_every_pbu(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered("flow", FLOW).expect(GROUP)
    node.renewed().expect(GROUP)
    node.modified("fid=1 pri=99 pro=modify proto=udp").expect(GROUP)
    node.detach().expect(GROUP)


@against_mag("muho/5/mag-detach-wait", configured={"mag": {"detach_wait": "pba"}})
def detach_wait(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered()
    node.detach()
    node.expect_request("the PBU once more, as it has no answer", "lifetime = 0", within=3.0).answer()
    node.expect_silence(3.0, "nothing more after the answer")


def _with_filter(mag: Mag) -> MobileNode:
    """A mobile node that is registered with one filter."""
    node = mag.node(mhgid=0)
    node.registered("flow", FLOW)
    return node
