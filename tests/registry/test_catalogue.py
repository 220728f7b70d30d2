"""The registry against IANA's table and against itself."""

import csv
from pathlib import Path

import pytest

from pmiptool.registry import (
    catalogue,
    form,
    muho,
    rfc4283,
    rfc4285,
    rfc5026,
    rfc5213,
    rfc5555,
    rfc5568,
    rfc5844,
    rfc5846,
    rfc6088,
    rfc6089,
    rfc6275,
    rfc6602,
    rfc6757,
)
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.model import CodePoint, Enumeration

IANA = Path(__file__).parents[3] / "shared" / "spec" / "iana-mobility-parameters.tsv"
SETTINGS = CodePoints()


def iana(registry: str) -> dict[int, tuple[str, str]]:
    if not IANA.exists():
        pytest.skip("the IANA table is not beside this checkout")
    with IANA.open(newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t") if row[0] == registry]
    return {int(row[1]): (row[2], row[3]) for row in rows}


def words(title: str) -> set[str]:
    """The words of a name that tell: without the ones that IANA adds or leaves out."""
    dull = {"option", "mobility", "message", "type", "mn", "mobile", "node", "id", "identifier"}
    return {word for word in title.lower().replace("-", " ").split() if word not in dull}


OTHERWISE = {
    5: "IANA drops the first word of the text's Binding Authorization Data",
    9: "IANA has a constant of the text, AUTH-OPTION-TYPE, in place of the title",
    10: "IANA has a constant of the text, MESG-ID-OPTION-TYPE, in place of the title",
}
"""Options whose title is not made of IANA's words, and why."""


def test_options_have_the_numbers_and_documents_of_iana() -> None:
    table = iana("option")
    for option in catalogue.OPTIONS:
        if isinstance(option.number, CodePoint):
            continue
        title, document = table[option.number]
        assert document == option.clause.document, option.title
        differs = bool(words(title)) and not words(option.title) <= words(title)
        assert differs == (option.number in OTHERWISE), (option.title, title)


def test_code_points_default_to_ianas_numbers_where_there_are_some() -> None:
    table = iana("option")
    assert table[SETTINGS.flow_summary_option_type][0] == "Flow Summary Mobility Option"
    assert table[SETTINGS.flow_identification_option_type][0] == "Flow Identification Mobility Option"
    assert SETTINGS.multihoming_option_type not in table


def test_messages_have_the_numbers_of_iana() -> None:
    table = iana("packet")
    for message in catalogue.MESSAGES:
        assert isinstance(message.number, int)
        name = words(table[message.number][0]) - {"(deprecated)"}
        # Several messages share a type: each has a word of its own.
        assert words(message.title) == name if message.when is None else words(message.title) > name


@pytest.mark.parametrize(
    ("enumeration", "registry", "extra"),
    [
        (rfc6275.BINDING_STATUS, "status_code", {250, 251}),
        (rfc4283.SUBTYPE, "mn_id_subtype", set()),
        (rfc5213.HANDOFF_INDICATOR, "handoff_type", set()),
        (rfc5213.ACCESS_TECHNOLOGY, "access_type", set()),
        (rfc6089.RFC6089_STATUS, "flow_id_status", set()),
        (rfc6088.FORMAT, "traffic_selector", {0}),
        (rfc5555.ADDRESS_STATUS, "dsmipv6_home_address", set()),
        (rfc5844.ADDRESS_STATUS, "home_address_reply", set()),
        (rfc6602.SUBTYPE, "mn_group_id", set()),
        (rfc6757.OPERATOR_ID_TYPE, "operator_id", set()),
        (rfc4285.AUTH_SUBTYPE, "auth_subtype", set()),
        (rfc5026.DNS_UPDATE_STATUS, "dns_status_code", set()),
        (rfc5568.HANDOVER_INITIATE_CODE, "handover_initiate_status", set()),
        (rfc5568.HANDOVER_ACK_CODE, "handover_ack_status", set()),
        (rfc5846.REVOCATION_TYPE, "binding_revocation", set()),
        (rfc5846.REVOCATION_TRIGGER, "revocation_trigger", set()),
        (rfc5846.REVOCATION_STATUS, "revocation_status_code", set()),
    ],
)
def test_enumerations_are_ianas(enumeration: Enumeration, registry: str, extra: set[int]) -> None:
    """`extra`: the draft's two statuses have no number of IANA's, and IANA lists format 0 as reserved."""
    assert set(enumeration.names(SETTINGS)) ^ set(iana(registry)) == extra


def test_sub_options_of_the_access_network_have_the_numbers_of_iana() -> None:
    table = iana("ani_suboption")
    assert {entry.number for entry in rfc6757.SPACE.entries} == set(table) - {0, 255}
    for entry in rfc6757.SPACE.entries:
        assert isinstance(entry.number, int)
        assert table[entry.number] == (f"{entry.title} sub-option", entry.clause.document)


def test_flags_are_single_bits_that_do_not_overlap() -> None:
    for flags, width in ((rfc6275.BU_FLAGS, 16), (rfc6275.BA_FLAGS, 8)):
        masks = [flag.mask for flag in flags]
        assert all(mask.bit_count() == 1 and mask < 1 << width for mask in masks)
        assert len(set(masks)) == len(masks)


def test_the_two_flag_fields_name_the_same_letters_where_both_have_them() -> None:
    assert {flag.letter for flag in rfc6275.BA_FLAGS} < {flag.letter for flag in rfc6275.BU_FLAGS}


def test_rule_ids_are_unique_and_follow_their_clause() -> None:
    rules = form.form_rules()
    assert len({rule.id for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.id.startswith(rule.clause.key + "/"), rule.id
        assert rule.level in ("error", "warning", "note")
        assert rule.sentence.endswith("."), rule.id


def test_messages_are_told_apart_by_their_type_and_first_field() -> None:
    keys = [(message.number, message.when) for message in catalogue.MESSAGES]
    assert len(set(keys)) == len(keys)
    shared = {message.number for message in catalogue.MESSAGES if message.when is not None}
    assert not shared & {message.number for message in catalogue.MESSAGES if message.when is None}
    names = [*catalogue.message_names(), *{option.name for option in catalogue.OPTIONS}]
    assert len(set(names)) == len(names)


def test_names_of_options_are_unique_within_a_dialect() -> None:
    for dialect in ("mext", "rfc6089"):
        numbered = list(catalogue.options(CodePoints(dialect=dialect)))
        assert len({number for number, _ in numbered}) == len(numbered)
        assert len({option.name for _, option in numbered}) == len(numbered)


def test_a_setting_that_takes_a_registered_number_wins() -> None:
    by_number = dict(catalogue.options(CodePoints(multihoming_option_type=22)))
    assert by_number[22] is muho.MULTIHOMING
    assert "hnp" not in {option.name for option in by_number.values()}


def test_unknown_members_print_their_number() -> None:
    assert rfc6275.BINDING_STATUS.name(183, SETTINGS) == "STATUS_183"
    assert rfc6275.BINDING_STATUS.name(250, SETTINGS) == "MH_NOT_SUPPORTED_BY_LMA"
    assert rfc6275.BINDING_STATUS.name(250, CodePoints(status_mh_not_supported=240)) == "STATUS_250"


def test_a_status_that_a_setting_takes_has_the_settings_name() -> None:
    assert rfc6275.BINDING_STATUS.name(179, CodePoints(status_mh_not_supported=179)) == "MH_NOT_SUPPORTED_BY_LMA"
