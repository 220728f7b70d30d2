"""The enumerations and sub-options of RFC 7077, 7109, 7222 and 8127 against IANA's table."""

import pytest

from pmiptool.registry import catalogue, rfc7077, rfc7109
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.model import Enumeration
from tests.registry.test_catalogue import iana

SETTINGS = CodePoints()


@pytest.mark.parametrize(
    ("enumeration", "registry"),
    [
        (rfc7077.REASON, "upn_reason"),
        (rfc7077.STATUS, "upa_status"),
        (rfc7109.TRIGGER, "fb_indication_trigger"),
        (rfc7109.STATUS, "fb_ack_status"),
        (rfc7109.ACTION, "fb_action"),
    ],
    ids=str,
)
def test_every_value_of_iana_is_there_and_its_document(enumeration: Enumeration, registry: str) -> None:
    table = iana(registry)
    assert {member.value: member.document for member in enumeration.members} == {
        value: document for value, (_, document) in table.items()
    }


def test_the_flow_binding_types_are_ianas() -> None:
    assert set(rfc7109.FLOW_BINDING_TYPE.names(SETTINGS)) == set(iana("fb_type")) - {0}


@pytest.mark.parametrize(
    ("space", "registry"), [("qos", "qos_attribute"), ("lcmp", "lma_mag_suboption"), ("rfc6089", "flow_id_suboption")]
)
def test_every_sub_option_of_iana_is_there(space: str, registry: str) -> None:
    numbers = {number for number, _ in catalogue.suboptions(catalogue.SPACES[space], SETTINGS)}
    assert numbers == {number for number, (name, _) in iana(registry).items() if name != "Reserved"}
