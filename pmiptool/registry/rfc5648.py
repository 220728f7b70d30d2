"""RFC 5648: the Binding Identifier option, with the BID-PRI that RFC 6089 4.1 put in place of its reserved bits."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import AddressRest, Option, bits, clause, u8, u16
from pmiptool.registry.rfc6275 import BINDING_STATUS

BID = Option(
    "bid", "Binding Identifier", 35, clause("RFC 5648 4.3"),
    align=(2, 0), align_filled=(8, 2),
    carried_in=("binding-update", "binding-ack", "pbu", "pba", "brr", "coti", "cot", "bri", "bra"),
    contradictions=(
        Contradiction(
            "bid-pri", "the seven bits after H are BID-PRI (RFC 6089 4.1)", "RFC 6089 is later, and 0 means the same",
            "the seven bits after H are reserved", "RFC 5648 4.3",
        ),
    ),
    fields=(
        u16("bid", "Binding identifier; 0 is reserved"),
        u8("status", "Status; overrides that of the acknowledgement when not 0", enum=BINDING_STATUS),
        bits(1, "h", "Simultaneous home and foreign binding"),
        bits(7, "bid_pri", "Priority of the binding, lower first; 0 in plain RFC 5648"),
        AddressRest("care_of_address", "Care-of address: none, IPv4 or IPv6"),
    ),
    value="BindingIdentifier",
)  # fmt: skip

OPTIONS = (BID,)
