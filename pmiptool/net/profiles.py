"""Mobile nodes of a peer file as profiles of the reference MAG."""

from __future__ import annotations

from pmiptool.errors import UsageError
from pmiptool.mag.config import MagPath, MnProfile
from pmiptool.mag.extensions import ANY
from pmiptool.net.peer import PeerNode, PeerPath
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY
from pmiptool.text.filters import parse_flow
from pmiptool.text.names import parse_number, parse_number_or_name
from pmiptool.text.values import parse_address, parse_hex, parse_octets_text, parse_prefix
from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    BindingIdentifier,
    GreKey,
    Ipv4HomeAddressRequest,
    OperatorIdentifier,
)

BID_PRIORITY = 10  # the lower, the more preferred (RFC 6089 4.1); 0 is reserved
REALM = 2  # a type of operator identifier (RFC 6757 3.1.3)


def profile_of(node: PeerNode, settings: CodePoints = DEFAULT, *, lifetime: int = 300) -> MnProfile:
    """Return the profile of a mobile node; ``lifetime`` in seconds. Raises UsageError that names what is wrong."""
    where = f"mn {node.id}"
    if node.mhgid is not None:
        parse_number(f"mhgid of {where}", str(node.mhgid), 255)
    return MnProfile(
        id=parse_octets_text(node.id),
        hnp=tuple(parse_prefix(f"hnp of {where}", text) for text in node.prefixes),
        att=parse_number_or_name(f"att of {where}", ACCESS_TECHNOLOGY, str(node.att), settings),
        ll_id=parse_hex(f"ll_id of {where}", node.ll_id) if node.ll_id is not None else None,
        mhgid=node.mhgid,
        flows=tuple(parse_flow(text, settings) for text in node.flows),
        lifetime=lifetime,
        ipv6=node.ipv6,
        ipv4_hoa=ipv4_request(f"ipv4_hoa of {where}", node.ipv4_hoa),
        access_network=network_of(node.ani),
        bids=tuple(BindingIdentifier(bid=bid, bid_pri=BID_PRIORITY) for bid in node.bids),
        gre=gre_option(f"gre of {where}", node.gre),
        alternate_care_of_address=(
            None if node.alternate_coa is None else parse_address(f"alternate_coa of {where}", node.alternate_coa, 6)
        ),
        multipath=path_of(f"multipath of {where}", node.multipath, settings),
    )


def path_of(what: str, path: PeerPath | None, settings: CodePoints = DEFAULT) -> MagPath | None:
    """Return one way of a MAG that has several (RFC 8278)."""
    if path is None:
        return None
    if not 1 <= path.bid <= 254:
        raise UsageError(f"bid of {what} is {path.bid}; it takes a number from 1 to 254")
    return MagPath(
        mag_id=parse_octets_text(path.mag_id),
        bid=path.bid,
        label=parse_number(f"label of {what}", str(path.label), 255),
        att=parse_number_or_name(f"att of {what}", ACCESS_TECHNOLOGY, str(path.att), settings),
    )


def network_of(realm: str | None) -> AccessNetworkIdentifier | None:
    """What is told of an access network: its operator, by a realm (RFC 6757 3.1.3)."""
    if realm is None:
        return None
    return AccessNetworkIdentifier(suboptions=(OperatorIdentifier(op_id_type=REALM, operator_id=realm.encode()),))


def ipv4_request(what: str, text: str | None) -> Ipv4HomeAddressRequest | None:
    """The option that asks for `any` IPv4 home address, or for one such as 198.18.0.7/24 (RFC 5844 3.2.3.1)."""
    if text is None:
        return None
    if text.strip().lower() == "any":
        return ANY
    address, slash, length = text.strip().partition("/")
    if not slash:
        raise UsageError(f"{what} is {text!r}; it takes an address with a prefix length, as 198.18.0.7/24, or any")
    bits = parse_number(f"the prefix length of {what}", length, 32)
    return Ipv4HomeAddressRequest(prefix_length=bits, ipv4_home_address=parse_address(what, address, 4))


def gre_option(what: str, value: int | str | None) -> GreKey | None:
    """The option that asks for GRE encapsulation with a key for the downlink, or with `no-key` (RFC 5845 4.2)."""
    if value is None:
        return None
    if value == "no-key":
        return GreKey()
    try:
        return GreKey(gre_key=(parse_number(what, str(value), 0xFFFFFFFF),))
    except UsageError as error:
        raise UsageError(f"{error}, or no-key for encapsulation without keys") from None
