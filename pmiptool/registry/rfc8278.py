"""RFC 8278, several paths between a MAG and its LMA: multipath binding and MAG identifier."""

from pmiptool.registry import rfc4283, rfc5213
from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import Option, Rest, bits, clause, reserved, u8
from pmiptool.registry.rule import F, all_of, each, implies, no, present, rule

_LAST_ATT = max(member.value for member in rfc5213.ACCESS_TECHNOLOGY.members if isinstance(member.value, int))

MAG_MULTIPATH = Option(
    "mag-multipath", "MAG Multipath-Binding", 63, clause("RFC 8278 4.1"),
    carried_in=("pbu", "pba"), at_most=1, at_most_stated=False,
    fields=(
        u8("if_att", "Access technology of the interface", enum=rfc5213.ACCESS_TECHNOLOGY),
        u8("if_label", "Label of the interface"),
        u8("bid", "Binding identifier", minimum=1, maximum=254, default=1),
        bits(1, "b", "Bulk re-registration: renew all bindings"),
        bits(1, "o", "Registration overwrite: replace all bindings"),
        reserved(22),
    ),
    value="MagMultipathBinding",
    rules=(
        rule(
            "RFC 8278 4.1", "bulk-or-overwrite", "error", "The flags B and O are not both set.",
            each("mag-multipath", no(all_of(F(".b") == 1, F(".o") == 1))), field="mag-multipath.o",
        ),
        rule(
            "RFC 8278 4.1", "overwrite-in-deregistration", "error", "In a deregistration the flag O is 0.",
            implies(F("lifetime") == 0, each("mag-multipath", F(".o") == 0)),
            messages=("pbu",), field="mag-multipath.o",
        ),
        rule(
            "RFC 8278 4.4", "mag-id-with-multipath", "error", "A PBU that asks for multipath has a MAG identifier.",
            implies(present("mag-multipath"), present("mag-id")), messages=("pbu",), field="mag-id",
        ),
        rule(
            "RFC 8278 4.1", "if-att-reserved", "warning", "The access technology of the interface is not 0.",
            F("mag-multipath.if_att") != 0, messages=("pbu",), field="mag-multipath.if_att",
        ),
        rule(
            "RFC 8278 4.1", "if-att-undefined", "note", "The access technology of the interface is an assigned one.",
            F("mag-multipath.if_att") <= _LAST_ATT,
            messages=("pbu",), field="mag-multipath.if_att",
        ),
    ),
)  # fmt: skip

MAG_ID = Option(
    "mag-id", "MAG Identifier", 64, clause("RFC 8278 4.2"),
    carried_in=("pbu", "pba"), at_most=1, at_most_stated=False,
    contradictions=(
        Contradiction(
            "mag-id-in-pba", "a PBA may carry it", "4.2 names PBU and PBA", "a PBA carries none", "RFC 8278 4.4",
        ),
    ),
    fields=(
        u8("subtype", "Subtype, as of a mobile node identifier", enum=rfc4283.SUBTYPE, default=rfc4283.NAI),
        reserved(8),
        Rest("identifier", "Identifier", form="subtype", forms=rfc4283.FORMS),
    ),
    value="MagIdentifier",
    rules=(
        rule(
            "RFC 8278 4.4", "mag-id-in-answer", "note", "A PBA has no MAG identifier.",
            no(all_of(present("mag-id"), no(present("mag-multipath")))), messages=("pba",), field="mag-id",
        ),
        rule(
            "RFC 8278 4.4", "mag-id-with-option", "error",
            "A PBA with a MAG Multipath-Binding option has no MAG identifier.",
            implies(present("mag-multipath"), no(present("mag-id"))), messages=("pba",), field="mag-id",
        ),
        rule(
            "RFC 8278 4.2", "empty", "warning", "A MAG identifier is not empty.",
            F("mag-id.identifier.@size") > 0, messages=("pbu",), field="mag-id.identifier",
        ),
    ),
)  # fmt: skip

OPTIONS = (MAG_MULTIPATH, MAG_ID)
