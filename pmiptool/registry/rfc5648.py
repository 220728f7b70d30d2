"""RFC 5648: the Binding Identifier option, with the BID-PRI that RFC 6089 4.1 put in place of its reserved bits."""

from pmiptool.registry.model import AddressRest, Option, bits, clause, u8, u16
from pmiptool.registry.rfc6275 import BINDING_STATUS
from pmiptool.registry.rule import has, implies, no, present, rule

BU_O = 0x0040
"""Overwrite (RFC 5648 4.2): IANA never listed it, and gave its bit to B of RFC 6602, which stands with P alone."""

BID = Option(
    "bid", "Binding Identifier", 35, clause("RFC 5648 4.3"),
    align=(2, 0), align_filled=(8, 2),
    carried_in=("binding-update", "binding-ack", "pbu", "pba", "brr", "coti", "cot", "bri", "bra"),
    note="RFC 6089 4.1 names the reserved bits BID-PRI",
    fields=(
        u16("bid", "Binding identifier; 0 is reserved"),
        u8("status", "Status; overrides that of the acknowledgement when not 0", enum=BINDING_STATUS),
        bits(1, "h", "Simultaneous home and foreign binding"),
        bits(7, "bid_pri", "Priority of the binding, lower first; 0 in plain RFC 5648"),
        AddressRest("care_of_address", "Care-of address: none, IPv4 or IPv6"),
    ),
    value="BindingIdentifier",
    rules=(
        rule(
            "RFC 5648 4.2", "overwrite", "note",
            "The flag B of a binding update without P is read as the overwrite flag O, which was drawn on its bit.",
            implies(present("bid"), no(has("flags", BU_O))), messages=("binding-update",), field="flags",
        ),
    ),
)  # fmt: skip

OPTIONS = (BID,)
