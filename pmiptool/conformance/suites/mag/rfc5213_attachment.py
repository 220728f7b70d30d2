"""RFC 5213 6.8, 6.9.1.1 and 6.9.1.5: the request with which a MAG registers a mobile node that attaches."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.wire.values import AlternateCareOfAddress, LinkLocalAddress, Timestamp

LINK_LAYER = "020000005213"
ASKED = {"mag": {"fixed_link_local": "::"}}


@against_mag("rfc5213/6.8/link-local-fixed-or-asked")
def link_local_fixed_or_asked(mag: Mag) -> None:
    option = mag.node().attach().option(LinkLocalAddress)
    asked = option is None or not any(option.link_local_address) or option.link_local_address[:2] == b"\xfe\x80"
    mag.check("no link-local address, ALL_ZERO, or one in fe80::/10", asked, option)


@against_mag("rfc5213/6.9.1.1/attach-sends-pbu")
def attach_sends_pbu(mag: Mag) -> None:
    node = mag.node()
    node.told("attach")
    node.expect_request("a PBU for the mobile node", "lifetime > 0", within=mag.patience)


@against_mag("rfc5213/6.9.1.1/mn-id-present")
def mn_id_present(mag: Mag) -> None:
    node = mag.node()
    node.attach().expect(f"option.mn-id.identifier = {node.name}")


@against_mag("rfc5213/6.9.1.1/hnp-present")
def hnp_present(mag: Mag) -> None:
    mag.node().attach().expect("option.hnp != none")


@against_mag("rfc5213/6.9.1.1/hnp-known-prefixes")
def hnp_known_prefixes(mag: Mag) -> None:
    node = mag.node(hnp=("2001:db8:a1::/64", "2001:db8:a2::/64"))
    asked = sorted(node.attach().prefix_texts)
    mag.check("one option for each prefix of its profile", asked == sorted(node.profile.prefixes), ", ".join(asked))


@against_mag("rfc5213/6.9.1.1/hnp-all-zero")
def hnp_all_zero(mag: Mag) -> None:
    asked = mag.node(hnp=()).attach().prefix_texts
    mag.check("one prefix, and it is ALL_ZERO", asked == ["::/0"], ", ".join(asked) or "none")


@against_mag("rfc5213/6.9.1.1/hnp-all-zero-alone")
def hnp_all_zero_alone(mag: Mag) -> None:
    asked = mag.node(hnp=()).attach().prefix_texts
    mag.check("ALL_ZERO stands alone", len(asked) == 1 or "::/0" not in asked, ", ".join(asked))


@against_mag("rfc5213/6.9.1.1/hi-present")
def hi_present(mag: Mag) -> None:
    mag.node().attach().expect("option.hi != none")


@against_mag("rfc5213/6.9.1.1/hi-value-defined")
def hi_value_defined(mag: Mag) -> None:
    mag.node().attach().expect("option.hi.hi in 1-4")


@against_mag("rfc5213/6.9.1.1/hi-new-interface")
def hi_new_interface(mag: Mag) -> None:
    mag.node().attach().expect("option.hi.hi = 1")


@against_mag("rfc5213/6.9.1.1/hi-between-interfaces")
def hi_between_interfaces(mag: Mag) -> None:
    mag.node().hand_over("interface").expect("option.hi.hi = 2")


@against_mag("rfc5213/6.9.1.1/hi-between-gateways")
def hi_between_gateways(mag: Mag) -> None:
    mag.node().hand_over().expect("option.hi.hi = 3")


@against_mag("rfc5213/6.9.1.1/hi-unknown")
def hi_unknown(mag: Mag) -> None:
    mag.node().hand_over("unknown").expect("option.hi.hi = 4")


@against_mag("rfc5213/6.9.1.1/hi-by-link-layer-identifier")
def hi_by_link_layer_identifier(mag: Mag) -> None:
    moved = mag.node(ll_id=LINK_LAYER)
    request = moved.hand_over()
    request.expect("option.hi.hi = 3", f"option.ll-id.link_layer_identifier = {moved.profile.ll_id}").answer()
    mag.node(ll_id="020000005214").attach().expect("option.hi.hi = 1")


@against_mag("rfc5213/6.9.1.1/hi-no-guess")
def hi_no_guess(mag: Mag) -> None:
    mag.node(ll_id=None).attach().expect("option.hi.hi in 1,4")


@against_mag("rfc5213/6.9.1.1/order-present")
def order_present(mag: Mag) -> None:
    node = mag.node()
    first, second = node.registered(), node.renew()
    ordered = (first.timestamp or 0) < (second.timestamp or 0) or second.sequence == (first.sequence + 1) & 0xFFFF
    mag.check("a later timestamp, or the next sequence number", ordered, f"{first.text}, then {second.text}")


@against_mag("rfc5213/6.9.1.1/order-by-setting", "rfc5213/9.3/timestamps-on")
def order_by_setting(mag: Mag) -> None:
    stamp = mag.node().attach().timestamp
    off = abs(stamp / 65536 - mag.now()) if stamp else None
    mag.check("a timestamp that is the time of day", off is not None and off < 3600, "none" if off is None else off)


@against_mag("rfc5213/9.3/mag-timestamps-off", configured={"mag": {"timestamps": False}})
def timestamps_off(mag: Mag) -> None:
    node = mag.node()
    first = node.registered()
    mag.check("no Timestamp option", first.option(Timestamp) is None, "one")
    second = node.renew()
    grown = 0 < (second.sequence - first.sequence) & 0xFFFF < 0x8000
    mag.check("a sequence number that grows", grown, f"{first.sequence}, then {second.sequence}")


@against_mag("rfc5213/6.9.1.1/sequence-counter")
def sequence_counter(mag: Mag) -> None:
    sequences = [mag.node().registered().sequence for _ in range(3)]
    steps = [(later - earlier) & 0xFFFF for earlier, later in zip(sequences, sequences[1:], strict=False)]
    mag.check("sequence numbers that grow over all mobile nodes", all(0 < step < 0x8000 for step in steps), sequences)


@against_mag("rfc5213/6.9.1.1/ll-id-known")
def ll_id_known(mag: Mag) -> None:
    node = mag.node(ll_id=LINK_LAYER)
    node.attach().expect(f"option.ll-id.link_layer_identifier = {node.profile.ll_id}")


@against_mag("rfc5213/6.9.1.1/ll-id-unknown")
def ll_id_unknown(mag: Mag) -> None:
    mag.node(ll_id=None).attach().expect("option.ll-id = none")


@against_mag("rfc5213/6.9.1.1/att-present")
def att_present(mag: Mag) -> None:
    mag.node().attach().expect("option.att != none")


@against_mag("rfc5213/6.9.1.1/att-of-the-link")
def att_of_the_link(mag: Mag) -> None:
    node = mag.node(att=3)
    node.attach().expect(f"option.att.att = {node.profile.att}")


@against_mag("rfc5213/6.9.1.1/link-local-with-fixed")
def link_local_with_fixed(mag: Mag) -> None:
    mag.node().attach().expect("option.link-local = none")


@against_mag("rfc5213/6.9.1.1/link-local-without-fixed", configured=ASKED)
def link_local_without_fixed(mag: Mag) -> None:
    mag.node().attach().expect("option.link-local != none")


@against_mag("rfc5213/6.9.1.1/link-local-asked", configured=ASKED)
def link_local_asked(mag: Mag) -> None:
    mag.node().attach().expect("option.link-local.link_local_address = ::")


@against_mag("rfc5213/6.9.1.5/a-and-p-set")
def a_and_p_set(mag: Mag) -> None:
    node = mag.node()
    node.registered().expect("fields.flags = A", "fields.flags = P")
    node.renewed().expect("fields.flags = A", "fields.flags = P")
    node.detach().expect("fields.flags = A", "fields.flags = P")


@against_mag("rfc5213/6.9.1.5/source-address")
def source_address(mag: Mag) -> None:
    address = mag.node().attach().packet.source.address
    is_global = len(address) == 4 or (any(address) and address[0] != 0xFF and address[:2] != b"\xfe\x80")
    mag.check("a global source address", is_global, address.hex())


@against_mag("rfc5213/6.9.1.5/proxy-coa")
def proxy_coa(mag: Mag) -> None:
    option = mag.node().attach().option(AlternateCareOfAddress)
    usual = option is None or (any(option.alternate_care_of_address) and option.alternate_care_of_address[0] != 0xFF)
    mag.check("the Proxy-CoA is the source, or a unicast address in the option", usual, option)
