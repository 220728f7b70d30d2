"""RFC 5844, IPv4 support for Proxy Mobile IPv6: the home address asked for and given, its router, and DHCP."""

from pmiptool.registry.model import AddressRest, Enumeration, Member, Option, bits, clause, reserved, u8

ADDRESS_STATUS = Enumeration(
    "ipv4-hoa-status",
    "Status of an IPv4 home address (RFC 5844); 128 and above reject",
    Member(0, "success", "Success", "RFC 5844"),
    Member(128, "failure", "Failure, reason unspecified", "RFC 5844"),
    Member(129, "prohibited", "Administratively prohibited", "RFC 5844"),
    Member(130, "incorrect-home-address", "Incorrect IPv4 home address", "RFC 5844"),
    Member(131, "invalid-address", "Invalid IPv4 address", "RFC 5844"),
    Member(132, "dynamic-unavailable", "Dynamic IPv4 home address assignment not available", "RFC 5844"),
)
DHCP_MODE = Enumeration(
    "dhcp-mode",
    "What the mobile access gateway is to the mobile node's DHCP client",
    Member(0, "relay", "DHCP relay", "RFC 5844"),
    Member(1, "server", "DHCP server", "RFC 5844"),
)

IPV4_HOA_REQUEST = Option(
    "ipv4-hoa-request", "IPv4 Home Address Request", 36, clause("RFC 5844 3.3.1"),
    align=(4, 0), carried_in=("pbu", "bri", "handover-initiate", "handover-ack"),
    fields=(
        bits(6, "prefix_length", "Prefix length of the IPv4 home network", maximum=32),
        reserved(10),
        AddressRest("ipv4_home_address", "IPv4 home address; 0.0.0.0 asks for one", (4,)),
    ),
    value="Ipv4HomeAddressRequest",
)  # fmt: skip

IPV4_HOA_REPLY = Option(
    "ipv4-hoa-reply", "IPv4 Home Address Reply", 37, clause("RFC 5844 3.3.2"),
    align=(4, 0), carried_in=("pba",),
    fields=(
        u8("status", "Status", enum=ADDRESS_STATUS),
        bits(6, "prefix_length", "Prefix length of the IPv4 home network", maximum=32),
        reserved(2),
        AddressRest("ipv4_home_address", "IPv4 home address given", (4,)),
    ),
    value="Ipv4HomeAddressReply",
)  # fmt: skip

IPV4_DEFAULT_ROUTER = Option(
    "ipv4-default-router", "IPv4 Default-Router Address", 38, clause("RFC 5844 3.3.3"),
    align=(4, 0), carried_in=("pba",),
    fields=(reserved(16), AddressRest("ipv4_default_router_address", "The mobile node's default router", (4,))),
    value="Ipv4DefaultRouterAddress",
)  # fmt: skip

IPV4_DHCP_MODE = Option(
    "ipv4-dhcp-mode", "IPv4 DHCP Support Mode", 39, clause("RFC 5844 3.3.4"),
    carried_in=("pba",),
    fields=(reserved(15), bits(1, "s", "DHCP support mode", enum=DHCP_MODE)),
    value="Ipv4DhcpSupportMode",
)  # fmt: skip

OPTIONS = (IPV4_HOA_REQUEST, IPV4_HOA_REPLY, IPV4_DEFAULT_ROUTER, IPV4_DHCP_MODE)
