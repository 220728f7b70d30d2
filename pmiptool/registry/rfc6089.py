"""RFC 6089 and its forerunner draft-ietf-mext-flow-binding-02: flow summary, flow identification and its sub-options.

Two dialects of the flow identification option share the name `fid`: `mext` as the multihoming draft draws it
(figure 9), `rfc6089` as published.
"""

from pmiptool.registry import rfc6088, rfc7109
from pmiptool.registry.contradictions import Contradiction, OtherLength, OtherNumber
from pmiptool.registry.model import (
    CodePoint,
    Enumeration,
    Member,
    Numbers,
    Option,
    Rest,
    SubOption,
    SubOptions,
    SubOptionSpace,
    bits,
    clause,
    reserved,
    u8,
    u16,
)

ACTION = Enumeration(
    "action",
    "Action of a flow binding (mext)",
    Member(1, "forward", "Forward to one care-of address", "mext"),
    Member(2, "discard", "Discard", "mext"),
    Member(3, "n-cast", "Copy to each of several care-of addresses", "mext"),
)
FORWARD, DISCARD, N_CAST = 1, 2, 3

PRO = Enumeration(
    "pro",
    "What is asked of a flow binding (mext)",
    Member(0, "add", "Add a flow binding", "mext"),
    Member(1, "modify", "Modify a flow binding", "mext"),
    Member(2, "reinstantiated", "Flow binding re-instantiated by the LMA", "muho"),
    Member(CodePoint("pro_delete"), "delete", "Delete a flow binding (no text has it)"),
)
ADD, MODIFY, REINSTANTIATED = 0, 1, 2

MEXT_STATUS = Enumeration(
    "flow-status",
    "Status of a flow binding (mext); 128 and above reject",
    Member(0, "ok", "Flow binding successful", "mext"),
    Member(128, "rejected", "Flow binding rejected, reason unspecified", "mext"),
    Member(129, "malformed", "Flow identification option poorly formed", "mext"),
    Member(130, "prohibited", "Administratively prohibited", "mext"),
    Member(135, "fid-in-use", "FID already in use", "mext"),
    Member(136, "fid-not-found", "FID not found", "mext"),
    Member(137, "format-unsupported", "Flow description type not supported", "mext"),
    Member(138, "discard-unsupported", "Discard function not supported", "mext"),
    Member(139, "n-cast-unsupported", "N-cast function not supported", "mext"),
)
RFC6089_STATUS = Enumeration(
    "flow-status",
    "Status of a flow binding (RFC 6089); 128 and above reject",
    Member(0, "ok", "Flow binding successful", "RFC 6089"),
    Member(128, "prohibited", "Administratively prohibited", "RFC 6089"),
    Member(129, "rejected", "Flow binding rejected, reason unspecified", "RFC 6089"),
    Member(130, "malformed", "Flow identification option malformed", "RFC 6089"),
    Member(131, "bid-not-found", "BID not found", "RFC 6089"),
    Member(132, "fid-not-found", "FID not found", "RFC 6089"),
    Member(133, "format-unsupported", "Traffic selector format not supported", "RFC 6089"),
)


def _number(name: str, number: int, other: int) -> Contradiction:
    """RFC 6089 8 swaps the two numbers."""
    return Contradiction(
        f"{name}-{other}", f"its number is {number}", "4.2 and IANA have 44 Flow Summary, 45 Flow Identification",
        f"its number is {other}, as with flow_identification_option_type = 44 and flow_summary_option_type = 45",
        "RFC 6089 8", OtherNumber((44, 45)),
    )  # fmt: skip


FID_WIDTH = Contradiction(
    "fid-width", "FID has 16 bits", "its figure, and the flow summary's FIDs", "FID has 8 bits", "mext 4.2"
)
FID_UNITS = Contradiction(
    "fid-in-units-of-8", "its length counts octets", "RFC 6275 6.2.1, by which every receiver steps over it",
    "its length counts units of 8 octets with type and length, as with fid_length_unit = units-of-8",
    "mext 4.2", OtherLength(8, -2),
)  # fmt: skip
FLOW_DESCRIPTIONS = Contradiction(
    "flow-description-numbers", "flow descriptions are the sub-options 17 to 32", "4.2.2 says so",
    "flow descriptions are the sub-options 16 to 32", "mext 7",
)  # fmt: skip
NOT_FOUND = Contradiction(
    "fid-not-found-135", "136 means that a FID is not found", "the table of 4.2; 135 is FID already in use",
    "135 means that a FID is not found, which is no fault in an answer", "mext 5.3.2.2",
)  # fmt: skip
PADN_LENGTH = Contradiction(
    "padn-length-with-header", "its length counts the zeros behind it", "as all sub-options, and PadN in RFC 6275",
    "its length counts type and length too", "RFC 6089 4.2.1.2", OtherLength(1, -2),
)  # fmt: skip
FLOW_LABEL_WIDTH = Contradiction(
    "flow-label-width", "a flow label has 20 bits", "RFC 2460 6 has 20",
    "a flow label has 24 bits", "RFC 6088 3.2",
)  # fmt: skip

CARRIED_IN = ("binding-update", "binding-ack", "pbu", "pba", "fbi", "fba", "bri", "bra")
"""RFC 6089 4.2, the proxy forms by RFC 7864 and the multihoming draft, the last four by RFC 7109 6.1."""

FLOW_SUMMARY = Option(
    "flow-summary", "Flow Summary", CodePoint("flow_summary_option_type"), clause("RFC 6089 4.2.2"),
    align=(2, 0), carried_in=("binding-update", "pbu"),
    contradictions=(_number("flow-summary", 44, 45),),
    fields=(Numbers("fid", "FIDs that stay as they are", 16),),
    value="FlowSummary",
)  # fmt: skip

FID_MEXT = Option(
    "fid", "Flow Identification", CodePoint("flow_identification_option_type"), clause("mext 4.2"),
    carried_in=CARRIED_IN, dialect="mext", units=True,
    contradictions=(_number("fid", 45, 44), FID_UNITS, FID_WIDTH, NOT_FOUND),
    fields=(
        u16("fid", "Flow identifier"),
        u8("pri", "Priority, lower first"),
        u8("action", "Action", enum=ACTION, default=FORWARD),
        bits(4, "rsvd", "Reserved", reserved=True),
        bits(4, "pro", "What is asked", enum=PRO),
        u8("status", "Status, in acknowledgements", enum=MEXT_STATUS),
        SubOptions("suboptions", "Sub-options", "mext"),
    ),
    value="FlowIdentification",
)  # fmt: skip

FID_RFC6089 = Option(
    "fid", "Flow Identification", CodePoint("flow_identification_option_type"), clause("RFC 6089 4.2"),
    align=(2, 0), carried_in=CARRIED_IN, dialect="rfc6089", units=True,
    contradictions=(_number("fid", 45, 44), FID_UNITS),
    fields=(
        u16("fid", "Flow identifier; 0 is reserved"),
        u16("pri", "Priority, lower first, unique per mobile node; 0 is reserved"),
        reserved(8),
        u8("status", "Status, in acknowledgements", enum=RFC6089_STATUS),
        SubOptions("suboptions", "Sub-options", "rfc6089"),
    ),
    value="FlowIdentification6089",
)  # fmt: skip

MEXT_SPACE = SubOptionSpace(
    "mext",
    counts_header=True,
    clause=clause("mext 4.2.1"),
    entries=(
        SubOption(
            "binding-reference", "Binding Reference", 1, clause("mext 4.2.1"), at_most=1,
            fields=(Numbers("bid", "Binding identifiers"),), value="BindingReference",
        ),
        SubOption(
            "traffic-selector", "IPv4 Traffic Selector", CodePoint("flow_description_suboption"),
            clause("RFC 6088 3.1"), when=rfc6088.IPV4, at_most=1, fields=rfc6088.IPV4_FIELDS, value="Ipv4Selector",
            contradictions=(FLOW_DESCRIPTIONS,),
        ),
        SubOption(
            "traffic-selector", "IPv6 Traffic Selector", CodePoint("flow_description_suboption"),
            clause("RFC 6088 3.2"), when=rfc6088.IPV6, at_most=1, fields=rfc6088.IPV6_FIELDS, value="Ipv6Selector",
            contradictions=(FLOW_DESCRIPTIONS, FLOW_LABEL_WIDTH),
        ),
    ),
)  # fmt: skip

RFC6089_SPACE = SubOptionSpace(
    "rfc6089",
    clause=clause("RFC 6089 4.2.1"),
    entries=(
        SubOption("pad1", "Pad1", 0, clause("RFC 6089 4.2.1.1"), fields=(), value="", pad=True),
        SubOption("padn", "PadN", 1, clause("RFC 6089 4.2.1.2"), fields=(Rest("padding"),), value="", pad=True,
                  contradictions=(PADN_LENGTH,)),
        SubOption(
            "binding-reference", "Binding Reference", 2, clause("RFC 6089 4.2.1.3"), at_most=1,
            fields=(Numbers("bid", "Binding identifiers"),), value="BindingReference",
        ),
        SubOption(
            "traffic-selector", "IPv4 Traffic Selector", 3, clause("RFC 6088 3.1"), when=rfc6088.IPV4, at_most=1,
            fields=rfc6088.IPV4_FIELDS, value="Ipv4Selector",
        ),
        SubOption(
            "traffic-selector", "IPv6 Traffic Selector", 3, clause("RFC 6088 3.2"), when=rfc6088.IPV6, at_most=1,
            fields=rfc6088.IPV6_FIELDS, value="Ipv6Selector", contradictions=(FLOW_LABEL_WIDTH,),
        ),
        *rfc7109.SUBOPTIONS,
    ),
)  # fmt: skip

SPACES = (MEXT_SPACE, RFC6089_SPACE)
OPTIONS = (FLOW_SUMMARY, FID_MEXT, FID_RFC6089)
