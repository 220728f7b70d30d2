"""The scenarios of RFC 5844 and RFC 5845, and anchors that know neither."""

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.peer import PeerNode
from pmiptool.scenario.loader import builtin_text, load, parse
from pmiptool.scenario.model import MobileNode
from pmiptool.scenario.runner import run
from pmiptool.scenario.stage import RunSettings
from pmiptool.wire.values import GreKey, Ipv4HomeAddressReply, Ipv4HomeAddressRequest


def play(scenario, config=None, **settings):
    transport = EmbeddedTransport(lma_config=config_from(config or {}), start=1_700_000_000.0)
    return run(scenario, transport, RunSettings(seed=5, **settings))


def options(result, kind):
    return [
        [option for option in packet.decoded.message.options if isinstance(option, kind)]
        for step in result.steps
        for packet in step.packets
    ]


@pytest.mark.parametrize(
    ("name", "config", "says"),
    [
        ("ipv4-home-address", {"ipv4": False}, "skipped the request"),
        ("gre-keys", {"gre": "off"}, "does not know the GRE Key option"),
        ("gre-keys", {"gre": "not-required"}, "does not require it"),
    ],
)
def test_an_anchor_that_does_not_know_it_is_not_at_fault(name, config, says):
    result = play(load(name), {"lma": config})
    assert result.verdict == "UNSUPPORTED" and says in result.reason
    assert not [finding for finding in result.findings if finding.level == "error"]
    assert result.afterwards is not None and result.afterwards.verdict == "PASS"


def test_a_refusal_by_policy_leaves_the_question_open():
    result = play(load("ipv4-home-address"), {"lma": {"ipv4": "reject"}})
    assert result.verdict == "UNSUPPORTED" and "status 170" in result.reason
    alone = msgspec.structs.replace(load("ipv4-home-address"), mn=MobileNode(id="mn", ipv6=False, ipv4_hoa="any"))
    result = play(alone, {"lma": {"ipv4": "reject"}})
    assert result.verdict == "INCONCLUSIVE" and "status 170" in result.reason
    result = play(load("ipv4-home-address", {"ipv4_hoa": "192.0.2.7/24"}))
    assert result.verdict == "PASS"  # 171, and then any


def test_an_anchor_that_requires_gre_keys_is_asked_with_one():
    result = play(load("rfc5213-attach-detach"), {"lma": {"gre": "required"}})
    assert result.verdict == "PASS"
    assert [keys[0].gre_key for keys in options(result, GreKey) if keys] == [(1,), (1,)]  # asked with, answered


def test_an_address_by_value_is_a_variable():
    result = play(load("ipv4-home-address", {"ipv4_hoa": "198.18.0.77/16"}))
    assert result.verdict == "PASS"
    given = {reply.ipv4_home_address for found in options(result, Ipv4HomeAddressReply) for reply in found}
    assert given == {bytes((198, 18, 0, 77))}


def test_the_node_of_a_peer_file_brings_its_address():
    node = PeerNode(id="known@example.org", ipv4_hoa="192.0.2.7/24")
    config = {"mn": [{"id": node.id, "ipv4_hoa": "192.0.2.7/24"}]}
    result = play(load("ipv4-home-address"), config, node=node)
    assert result.verdict == "PASS"
    first = options(result, Ipv4HomeAddressRequest)[0]
    assert [(one.ipv4_home_address, one.prefix_length) for one in first] == [(bytes((192, 0, 2, 7)), 24)]
    plain = play(load("rfc5213-renewal"), config, node=node)
    assert plain.verdict == "PASS" and not any(options(plain, Ipv4HomeAddressRequest))


def test_a_node_of_ipv4_alone():
    text = builtin_text("ipv4-home-address").replace('ipv4_hoa: "${ipv4_hoa}"', "ipv4_hoa: any, ipv6: false")
    text = "\n".join(line for line in text.splitlines() if "hnp" not in line)
    result = play(parse(text, "ipv4-alone"))
    assert result.verdict == "PASS" and result.findings == ()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("ipv4_hoa", "198.18.0.7", "ipv4_hoa is '198.18.0.7'; it takes an address with a prefix length"),
        ("ipv4_hoa", "2001:db8::1/64", "takes"),
        ("gre", "many", "gre is 'many'"),
        ("gre", 1 << 32, "gre"),
    ],
)
def test_a_wrong_value_names_its_key(key, value, says):
    scenario = load("rfc5213-attach-detach")
    interface = msgspec.structs.replace(scenario.interfaces["IF1"], **{key: value})
    with pytest.raises(UsageError) as error:
        play(msgspec.structs.replace(scenario, interfaces={"IF1": interface}))
    assert says in str(error.value)
