"""The registry against itself."""

from pmiptool.registry import catalogue, form, muho, rfc6275
from pmiptool.registry.codepoints import CodePoints

SETTINGS = CodePoints()


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
