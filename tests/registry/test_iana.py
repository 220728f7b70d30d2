"""Every number, name and document of IANA's table, against the registry.

A difference is named here with its reason. One that is not named fails, and so does a named one that is gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.registry.codepoints import CodePoints
from tests.registry.iana import Ours, enumeration, messages, options, registries, same, suboptions

OF: dict[str, Callable[[], dict[int, Ours]]] = {
    "packet": messages,
    "option": options,
    "access_type": lambda: enumeration("att"),
    "ani_suboption": lambda: suboptions("ani"),
    "auth_subtype": lambda: enumeration("auth-subtype"),
    "binding_revocation": lambda: enumeration("binding-revocation-type"),
    "dns_status_code": lambda: enumeration("dns-update-status"),
    "dsmipv6_home_address": lambda: enumeration("ipv4-address-status"),
    "fb_ack_status": lambda: enumeration("flow-binding-status"),
    "fb_action": lambda: enumeration("flow-binding-action"),
    "fb_indication_trigger": lambda: enumeration("flow-binding-trigger"),
    "fb_type": lambda: enumeration("flow-binding-type"),
    "flow_id_status": lambda: enumeration("flow-status"),
    "flow_id_suboption": lambda: suboptions("rfc6089"),
    "handoff_type": lambda: enumeration("hi"),
    "handover_ack_status": lambda: enumeration("handover-ack-code"),
    "handover_initiate_status": lambda: enumeration("handover-initiate-code"),
    "home_address_reply": lambda: enumeration("ipv4-hoa-status"),
    "lma_mag_suboption": lambda: suboptions("lcmp"),
    "mn_group_id": lambda: enumeration("mn-group-subtype"),
    "mn_id_subtype": lambda: enumeration("subtype"),
    "operator_id": lambda: enumeration("op-id-type"),
    "qos_attribute": lambda: suboptions("qos"),
    "revocation_status_code": lambda: enumeration("revocation-status"),
    "revocation_trigger": lambda: enumeration("revocation-trigger"),
    "status_code": lambda: enumeration("status"),
    "traffic_selector": lambda: enumeration("format"),
    "upa_status": lambda: enumeration("update-status"),
    "upn_reason": lambda: enumeration("notification-reason"),
}
"""IANA's registries, and ours."""

NOT_OURS = {
    "ack_status_code": "the pseudo home address of RFC 5726, whose option has no number in IANA's list",
    "cga_extension": "inside the CGA parameters of RFC 3972, which stand as octets",
    "cga_sec": "inside the CGA parameters of RFC 3972, which stand as octets",
    "cga_type": "a tag that is signed with the CGA parameters and never sent",
    "dhcp_support_mode": "one row for the S bit, whose two values the text has alone",
    "dsmip6_tls_packet": "the packet types of the TLS tunnel of RFC 6618, which is no Mobility Header",
    "enumerating_algorithm": "well-known values of an SPI, which is any number of 32 bits",
}
"""Registries that no field of a message or option has as its values, and why."""

CONSTANT = "IANA has the text's constant in place of the title"
IN_WORDS = "one of the two abbreviates what the other says in words"
SHORTER = "IANA leaves out what the text has"
NO_VALUE = "reserved or unassigned: no sub-option and no value of the field, so it is unknown when it comes"
BOTH = "the registry has the two messages of the type apart"
NAMELESS = "IANA's cell is empty here"
TWO = "IANA names a second document beside the one that defines it"

DIFFERENCES: dict[tuple[str, int, str], str] = {
    ("packet", 10, "name"): "IANA adds that it is deprecated",
    ("packet", 16, "name"): BOTH,
    ("packet", 21, "name"): BOTH,
    ("option", 5, "name"): SHORTER,
    ("option", 8, "name"): CONSTANT,
    ("option", 9, "name"): CONSTANT,
    ("option", 10, "name"): CONSTANT,
    ("option", 17, "name"): CONSTANT,
    ("option", 21, "name"): "IANA adds the abbreviation",
    ("ani_suboption", 0, "missing"): NO_VALUE,
    ("ani_suboption", 255, "missing"): NO_VALUE,
    ("auth_subtype", 1, "name"): "IANA repeats the name of the option",
    ("auth_subtype", 2, "name"): "IANA repeats the name of the option",
    ("fb_ack_status", 128, "name"): IN_WORDS,
    ("fb_indication_trigger", 3, "name"): IN_WORDS,
    ("fb_type", 0, "missing"): NO_VALUE,
    ("flow_id_status", 130, "name"): "IANA says mobility option",
    ("flow_id_suboption", 0, "name"): "Pad1 in the text (RFC 6089 4.2.1.1)",
    ("flow_id_suboption", 2, "name"): "Binding Reference in the text (RFC 6089 4.2.1.3)",
    ("flow_id_suboption", 3, "document"): "RFC 6089 has the sub-option, RFC 6088 the selectors in it",
    ("handover_ack_status", 0, "name"): "RFC 5949 gave it a second meaning, where the P flag is set",
    ("handover_ack_status", 0, "document"): TWO,
    ("handover_ack_status", 1, "name"): SHORTER,
    ("lma_mag_suboption", 0, "missing"): NO_VALUE,
    ("operator_id", 1, "name"): NAMELESS,
    ("qos_attribute", 0, "missing"): NO_VALUE,
    **{("qos_attribute", number, "name"): IN_WORDS for number in (1, 2, 3, 4, 6, 7, 8, 9)},
    ("qos_attribute", 255, "missing"): NO_VALUE,
    ("revocation_status_code", 132, "name"): IN_WORDS,
    ("revocation_trigger", 4, "name"): "the registry says what is unknown: the access type",
    ("revocation_trigger", 5, "name"): "the registry has no brackets: session, not session(s)",
    ("revocation_trigger", 6, "name"): "the registry has no brackets: session, not session(s)",
    ("revocation_trigger", 7, "name"): IN_WORDS,
    ("status_code", 0, "name"): NAMELESS,
    ("status_code", 0, "document"): TWO,
    ("status_code", 146, "document"): "IANA names the erratum too",
    ("traffic_selector", 0, "missing"): NO_VALUE,
    ("upa_status", 128, "name"): CONSTANT,
    ("upa_status", 130, "name"): CONSTANT,
    ("upn_reason", 3, "name"): CONSTANT,
}


def compared() -> set[tuple[str, int, str]]:
    """What differs: IANA's registry, the value, and whether it is missing, extra, or its name or document differs."""
    found = set()
    for registry, table in registries().items():
        if registry in NOT_OURS:
            continue
        ours = OF[registry]()
        found |= {(registry, value, "missing") for value in table.keys() - ours.keys()}
        found |= {(registry, value, "extra") for value in ours.keys() - table.keys()}
        for value in table.keys() & ours.keys():
            if not all(same(row.name, ours[value]) for row in table[value]):
                found.add((registry, value, "name"))
            if {row.document for row in table[value]} != {ours[value].document}:
                found.add((registry, value, "document"))
    return found


def test_every_registry_of_iana_is_compared_or_said_not_to_be_ours() -> None:
    assert registries().keys() == OF.keys() | NOT_OURS.keys()
    assert not OF.keys() & NOT_OURS.keys()


def test_a_difference_from_iana_is_one_of_the_named_ones() -> None:
    found = compared()
    assert sorted(found - DIFFERENCES.keys()) == [], "differs, and no reason is given"
    assert sorted(DIFFERENCES.keys() - found) == [], "a reason is given, and nothing differs"


def listed() -> dict[str, list[dict[str, object]]]:
    result = CliRunner().invoke(cli, ["registry", "list", "--json", "--codepoint", "dialect=rfc6089"])
    assert result.exit_code == 0, result.stderr
    shown: dict[str, list[dict[str, object]]] = json.loads(result.stdout)
    return shown


def test_the_command_lists_all_messages_and_options_of_iana() -> None:
    """Each with the document that IANA refers to, and a section of it; the options of drafts besides."""
    shown, tables = listed(), registries()
    types = [(one["type"], one["document"]) for one in shown["messages"] if one["name"] not in ("pbu", "pba")]
    assert {number for number, _ in types} == set(tables["packet"]) == set(range(24))
    assert set(types) == {(number, row.document) for number, rows in tables["packet"].items() for row in rows}
    found = {one["type"]: one["document"] for one in shown["options"] if str(one["document"]).startswith("RFC")}
    assert found == {number: rows[0].document for number, rows in tables["option"].items()}
    assert sorted(found) == list(range(71))
    assert CodePoints().multihoming_option_type in {one["type"] for one in shown["options"]}
    assert all(str(one["section"])[0].isdigit() for one in (*shown["messages"], *shown["options"]))


@pytest.mark.parametrize(("setting", "title"), [("flow_summary", "Flow Summary"),
                                                ("flow_identification", "Flow Identification")])  # fmt: skip
def test_code_points_default_to_ianas_numbers_where_there_are_some(setting: str, title: str) -> None:
    number = getattr(CodePoints(), f"{setting}_option_type")
    assert registries()["option"][number][0].name == f"{title} Mobility Option"
    assert CodePoints().multihoming_option_type not in registries()["option"]
