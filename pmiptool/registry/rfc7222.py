"""RFC 7222, quality of service: the option and its attributes, to which 4.2 gives numbers of their own."""

from pmiptool.registry import rfc6088
from pmiptool.registry.contradictions import Contradiction, OtherFields
from pmiptool.registry.model import (
    Enumeration,
    Field,
    Flagged,
    Member,
    Option,
    Part,
    Rest,
    SubOption,
    SubOptions,
    SubOptionSpace,
    bits,
    clause,
    reserved,
    u8,
    u32,
)
from pmiptool.registry.rule import Among, F, all_of, any_of, count, each, has, implies, no, present, rule, told

OPERATION = Enumeration(
    "qos-operation",
    "What kind of QoS request it is; options with 6 and above are ignored",
    Member(0, "response", "Response to a QoS request", "RFC 7222"),
    Member(1, "allocate", "Allocate QoS resources", "RFC 7222"),
    Member(2, "de-allocate", "De-allocate QoS resources", "RFC 7222"),
    Member(3, "modify", "Modify QoS parameters negotiated before", "RFC 7222"),
    Member(4, "query", "List the QoS service requests that are active", "RFC 7222"),
    Member(5, "negotiate", "Response with a counter proposal", "RFC 7222"),
)
PREEMPTION = Enumeration(
    "preemption",
    "Whether resources can be taken from, or by, another data flow",
    Member(0, "enabled", "Enabled", "RFC 7222"),
    Member(1, "disabled", "Disabled", "RFC 7222"),
)
RESPONSE, ALLOCATE, DE_ALLOCATE, MODIFY, QUERY, NEGOTIATE = range(6)
REQUESTS = (ALLOCATE, DE_ALLOCATE, MODIFY, QUERY)
FIXED = 6
"""The length of an option without attributes."""


def _rate(number: int, name: str, title: str, value: str, *, session: bool = False) -> SubOption:
    """An attribute of one bit rate; those of a mobility session have two flags before it."""
    head: tuple[Field, ...] = (reserved(16),)
    if session:
        head = (
            bits(1, "s", "Over all sessions of the mobile node that share the service identifier"),
            bits(1, "e", "Flows with a guaranteed bit rate do not count"),
            reserved(14),
        )
    return SubOption(
        name, title, number, clause(f"RFC 7222 4.2.{number}"), at_most=1,
        fields=(*head, u32("rate", "Bit rate in bit/s")),
        value=value,
    )  # fmt: skip


def _selector(kind: int, parts: tuple[Part, ...], version: int) -> SubOption:
    return SubOption(
        "qos-traffic-selector", f"QoS IPv{version} Traffic Selector", 10, clause("RFC 7222 4.2.10"), when=kind,
        when_at=1,
        contradictions=(
            Contradiction(
                "selector-order", "Reserved stands before TS Format", "its figure draws it so",
                "TS Format stands before Reserved", "RFC 6089 4.2.1.4",
                OtherFields((
                    u8("format", "Format of the traffic selector", enum=rfc6088.FORMAT, default=kind),
                    reserved(8),
                    Flagged("reserved_flags", "Flags", parts),
                )),
            ),
        ),
        fields=(
            reserved(8),
            u8("format", "Format of the traffic selector", enum=rfc6088.FORMAT, default=kind),
            Flagged("reserved_flags", "Flags", parts),
        ),
        value=f"QosIpv{version}Selector",
    )  # fmt: skip


ARP = SubOption(
    "allocation-retention-priority", "Allocation and Retention Priority", 5, clause("RFC 7222 4.2.5"), at_most=1,
    fields=(
        reserved(8),
        bits(4, "pl", "Priority level, 1 is the highest", minimum=1, default=1),
        bits(2, "pc", "Preemption capability", enum=PREEMPTION),
        bits(2, "pv", "Preemption vulnerability", enum=PREEMPTION),
    ),
    value="AllocationRetentionPriority",
)  # fmt: skip

QOS_VENDOR = SubOption(
    "qos-vendor-specific", "QoS Vendor-Specific Attribute", 11, clause("RFC 7222 4.2.11"),
    fields=(
        reserved(16),
        u32("vendor_id", "Private enterprise number"),
        u8("sub_type", "Sub-type, the vendor's"),
        Rest("data", "Data"),
    ),
    value="QosVendorSpecific",
)  # fmt: skip

SPACE = SubOptionSpace(
    "qos",
    clause=clause("RFC 7222 4.2"),
    entries=(
        _rate(1, "per-mn-agg-max-dl", "Per-Mobile-Node Aggregate Maximum Downlink Bit Rate", "PerMnAggMaxDl"),
        _rate(2, "per-mn-agg-max-ul", "Per-Mobile-Node Aggregate Maximum Uplink Bit Rate", "PerMnAggMaxUl"),
        _rate(3, "per-session-agg-max-dl", "Per-Mobility-Session Aggregate Maximum Downlink Bit Rate",
              "PerSessionAggMaxDl", session=True),
        _rate(4, "per-session-agg-max-ul", "Per-Mobility-Session Aggregate Maximum Uplink Bit Rate",
              "PerSessionAggMaxUl", session=True),
        ARP,
        _rate(6, "agg-max-dl", "Aggregate Maximum Downlink Bit Rate", "AggMaxDl"),
        _rate(7, "agg-max-ul", "Aggregate Maximum Uplink Bit Rate", "AggMaxUl"),
        _rate(8, "guaranteed-dl", "Guaranteed Downlink Bit Rate", "GuaranteedDl"),
        _rate(9, "guaranteed-ul", "Guaranteed Uplink Bit Rate", "GuaranteedUl"),
        _selector(rfc6088.IPV4, rfc6088.IPV4_PARTS, 4),
        _selector(rfc6088.IPV6, rfc6088.IPV6_PARTS, 6),
        QOS_VENDOR,
    ),
)  # fmt: skip

QOS = Option(
    "qos", "Quality-of-Service", 58, clause("RFC 7222 4.1"),
    align=(4, 0), carried_in=("pbu", "pba", "update-notification", "update-ack"),
    fields=(
        u8("sr_id", "Service request identifier, which the LMA allocates; 0 asks for one"),
        bits(6, "dscp", "Code point to mark the flows with"),
        bits(2, "rsvd", "Reserved", reserved=True),
        u8("oc", "Operational code", enum=OPERATION),
        reserved(24),
        SubOptions("suboptions", "QoS attributes", "qos"),
    ),
    value="QualityOfService",
    rules=(
        rule(
            "RFC 7222 4.1", "sr-id", "error", "In a PBU that asks to allocate, the service request identifier is 0.",
            each("qos", implies(F(".oc") == ALLOCATE, F(".sr_id") == 0)), messages=("pbu",), field="qos.sr_id",
        ),
        rule("RFC 7222 4.2.5", "preemption-reserved", "warning", "Preemption is enabled (0) or disabled (1).",
             each("qos/allocation-retention-priority", all_of(F(".pc") <= 1, F(".pv") <= 1)), field="qos"),
        rule("RFC 7222 5.2", "request", "error", "In a PBU the operation is a request.",
             each("qos", F(".oc").isin(*REQUESTS)), messages=("pbu",), field="qos.oc"),
        rule("RFC 7222 5.2", "identifier", "error", "A change names the service request that was allocated.",
             each("qos", implies(F(".oc").isin(DE_ALLOCATE, MODIFY), F(".sr_id") != 0)),
             messages=("pbu", "update-notification"), field="qos.sr_id"),
        rule("RFC 7222 5.2", "attributes", "error", "A new service request has attributes.",
             each("qos", implies(F(".oc") == ALLOCATE, F(".@length") > FIXED)),
             messages=("pbu", "update-notification"), field="qos"),
        rule("RFC 7222 5.2", "query", "error", "A query is alone, with identifier and code point 0 and no attributes.",
             each("qos", implies(F(".oc") == QUERY, all_of(count("qos") == 1, F(".sr_id") == 0, F(".dscp") == 0,
                                                           F(".@length") == FIXED))),
             messages=("pbu", "update-notification"), field="qos"),
        rule("RFC 7222 5.1", "request", "error", "In an update notification the operation is a request.",
             each("qos", F(".oc").isin(*REQUESTS)), messages=("update-notification",), field="qos.oc"),
        rule("RFC 7222 5.1", "identifier", "error", "A service request of the anchor has the identifier allocated.",
             each("qos", implies(F(".oc") == ALLOCATE, F(".sr_id") != 0)),
             messages=("update-notification",), field="qos.sr_id"),
        rule("RFC 7222 5.1", "a-flag", "error", "A QoS service request asks for an acknowledgement.",
             implies(present("qos"), has("flags", 0x8000)), messages=("update-notification",), field="flags"),
        rule("RFC 7222 5.1", "response", "error", "In an acknowledgement the operation is a response.",
             each("qos", F(".oc").isin(RESPONSE, NEGOTIATE)), messages=("pba", "update-ack"), field="qos.oc"),
        rule("RFC 7222 5.1", "allocated", "error", "In a PBA a response names its service request.",
             each("qos", implies(F(".oc") == RESPONSE, F(".sr_id") != 0)), messages=("pba",), field="qos.sr_id"),
        rule("RFC 7222 5.1", "proposal", "error", "In a PBA a counter proposal has identifier 0.",
             each("qos", implies(F(".oc") == NEGOTIATE, F(".sr_id") == 0)), messages=("pba",), field="qos.sr_id"),
        rule("RFC 7222 5.1", "refused", "error", "With status 179 there is no QoS option.",
             implies(F("status") == 179, no(present("qos"))), messages=("pba",), field="qos"),
        told("RFC 7222 5.1", "qos-unasked", "warning", "QoS options answer those of the request, or a handover (3).",
             implies(present("qos"), any_of(present("request:qos"), F("request:hi.hi") == 3)),
             field="qos", messages=("pbu",)),
        told("RFC 7222 4.3", "needless-179", "error", "179 answers a request with QoS options.",
             implies(F("status") == 179, present("request:qos")), field="status", messages=("pbu",)),
        told("RFC 7222 5.2", "accepted", "error", "Status 0 comes with responses.",
             implies(F("status") == 0, each("qos", F(".oc") == RESPONSE)),
             field="qos.oc", messages=("update-notification",)),
        told("RFC 7222 5.2", "copied", "error", "Status 0 comes with every service request of the notification.",
             implies(F("status") == 0, each("request:qos", any_of(F(".oc") == QUERY, Among(".sr_id", "qos.sr_id")))),
             field="qos", messages=("update-notification",)),
        told("RFC 7222 5.2", "refused", "error", "Status 130 comes with counter proposals, or without QoS options.",
             implies(F("status") == 130, each("qos", F(".oc") == NEGOTIATE)),
             field="qos.oc", messages=("update-notification",)),
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (QOS,)
