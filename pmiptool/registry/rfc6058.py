"""RFC 6058: transient bindings, which keep the old path during a handover."""

from pmiptool.registry.model import Option, bits, clause, reserved, u8

TRANSIENT_BINDING = Option(
    "transient-binding", "Transient Binding", 43, clause("RFC 6058 5.1"),
    carried_in=("pbu", "pba"), at_most=1,
    fields=(
        reserved(7),
        bits(1, "l", "Late path switch: downlink packets still go to the previous MAG"),
        u8("lifetime", "Longest transient state in units of 100 ms"),
    ),
    value="TransientBinding",
)  # fmt: skip

OPTIONS = (TRANSIENT_BINDING,)
