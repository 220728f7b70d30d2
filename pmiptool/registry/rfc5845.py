"""RFC 5845: the GRE key of a direction of the tunnel."""

from pmiptool.registry.model import Numbers, Option, clause, reserved

BU_T, BA_T = 0x0080, 0x10  # the TLV-header format of 7.2: RFC 5845 6.2, 6.3

GRE_KEY = Option(
    "gre-key", "GRE Key", 33, clause("RFC 5845 6.1"),
    align=(4, 0), carried_in=("pbu", "pba", "handover-initiate", "handover-ack"),
    fields=(reserved(16), Numbers("gre_key", "GRE key identifier; none asks for GRE without keys", 32, maximum=1)),
    value="GreKey",
)  # fmt: skip

OPTIONS = (GRE_KEY,)
