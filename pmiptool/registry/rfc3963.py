"""RFC 3963, NEMO: the Mobile Network Prefix option."""

from pmiptool.registry.model import Option, Prefix, clause, reserved

MOBILE_NETWORK_PREFIX = Option(
    "mnp", "Mobile Network Prefix", 6, clause("RFC 3963 4.3"),
    align=(8, 4), carried_in=("binding-update",),
    fields=(
        reserved(8),
        Prefix("mobile_network_prefix", "Mobile network prefix"),
    ),
    value="MobileNetworkPrefix",
)  # fmt: skip

OPTIONS = (MOBILE_NETWORK_PREFIX,)
