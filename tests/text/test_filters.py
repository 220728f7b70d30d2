"""Filters as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import format_flow, parse_flow, selector_of
from pmiptool.wire.values import (
    BindingReference,
    FlowIdentification,
    FlowIdentification6089,
    Ipv4Selector,
    Ipv6Selector,
)

RFC6089 = CodePoints(dialect="rfc6089")


def test_the_expression_of_the_contract() -> None:
    flow = parse_flow("fid=1 pri=10 action=forward pro=add proto=udp dst-port=5060-5061 dscp=46")
    selector = Ipv6Selector(dst_port=5060, dst_port_end=5061, dscp=46 << 2, proto=17)
    assert flow == FlowIdentification(fid=1, pri=10, action=1, pro=0, suboptions=(selector,))


def test_a_single_value_sets_the_start_alone() -> None:
    selector = selector_of(parse_flow("fid=1 dst-port=80 src=2001:db8::1"))
    assert selector is not None
    assert (selector.dst_port, selector.dst_port_end, selector.src_end) == (80, None, None)


def test_a_prefix_is_a_range() -> None:
    selector = selector_of(parse_flow("fid=1 dst=192.0.2.0/24"))
    assert selector == Ipv4Selector(dst=bytes((192, 0, 2, 0)), dst_end=bytes((192, 0, 2, 255)))


def test_addresses_choose_the_family() -> None:
    assert isinstance(selector_of(parse_flow("fid=1 src=192.0.2.1")), Ipv4Selector)
    assert isinstance(selector_of(parse_flow("fid=1 src=2001:db8::1-2001:db8::9")), Ipv6Selector)
    assert isinstance(selector_of(parse_flow("fid=1 proto=tcp")), Ipv6Selector)
    assert isinstance(selector_of(parse_flow("fid=1 proto=tcp ipv4")), Ipv4Selector)


def test_an_empty_selector_matches_everything_and_none_can_be_asked() -> None:
    assert selector_of(parse_flow("fid=1")) == Ipv6Selector()
    assert selector_of(parse_flow("fid=1 no-selector")) is None


def test_binding_references() -> None:
    flow = parse_flow("fid=1 action=n-cast bid=1,2,3 no-selector")
    assert flow.suboptions == (BindingReference((1, 2, 3)),)
    assert flow.action == 3


def test_numbers_stand_for_what_has_no_name() -> None:
    flow = parse_flow("fid=9 action=77 pro=12 status=200")
    assert (flow.action, flow.pro, flow.status) == (77, 12, 200)


def test_rfc6089_has_a_wider_priority_and_neither_action_nor_pro() -> None:
    flow = parse_flow("fid=300 pri=1000 proto=17", RFC6089)
    assert flow == FlowIdentification6089(fid=300, pri=1000, suboptions=(Ipv6Selector(proto=17),))
    for key in ("action=forward", "pro=add"):
        with pytest.raises(UsageError, match=key.partition("=")[0]):
            parse_flow(f"fid=1 {key}", RFC6089)


def test_a_delete_that_a_vendor_has() -> None:
    assert parse_flow("fid=1 pro=delete no-selector", CodePoints(pro_delete=3)).pro == 3
    with pytest.raises(UsageError, match="pro"):
        parse_flow("fid=1 pro=delete no-selector")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("pri=1", "no fid"),
        ("fid=70000", "65535"),
        ("fid=1 pri=256", "255"),
        ("fid=1 fid=2", "twice"),
        ("fid=1 prot=17", "proto"),
        ("fid=1 proto=udq", "udp"),
        ("fid=1 dscp=64", "63"),
        ("fid=1 dst-port=9-1", "before"),
        ("fid=1 flow-label=1048576", "1048575"),
        ("fid=1 src=192.0.2.1 dst=::1", "families"),
        ("fid=1 src=::1 ipv4", "ipv4"),
        ("fid=1 flow-label=1 ipv4", "flow-label"),
        ("fid=1 no-selector proto=6", "no-selector"),
        ("fid=1 src=nowhere", "nowhere"),
        ("fid=1 action=drop", "discard"),
        ("fid=1 something", "something"),
    ],
)
def test_what_is_wrong_is_named(wrong: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_flow(wrong)


PORTS = st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda pair: f"{min(pair)}-{max(pair)}")


@given(
    st.fixed_dictionaries(
        {"fid": st.integers(0, 65535)},
        optional={
            "pri": st.integers(0, 255),
            "action": st.sampled_from(["forward", "discard", "n-cast", "9"]),
            "pro": st.sampled_from(["add", "modify", "reinstantiated", "7"]),
            "status": st.integers(0, 255),
            "bid": st.lists(st.integers(0, 65535), min_size=1, max_size=4).map(lambda bids: ",".join(map(str, bids))),
            "src": st.sampled_from(["2001:db8::1", "2001:db8::/32", "2001:db8::1-2001:db8::7"]),
            "src-port": PORTS,
            "dst-port": st.integers(0, 65535),
            "spi": st.integers(0, (1 << 32) - 1),
            "flow-label": st.integers(0, 0xFFFFF),
            "dscp": st.integers(0, 63),
            "proto": st.sampled_from(["tcp", "udp", "icmpv6", "6-17", "200"]),
        },
    )
)
def test_what_is_shown_reads_back(given_keys: dict[str, object]) -> None:
    flow = parse_flow(" ".join(f"{key}={value}" for key, value in given_keys.items()))
    assert parse_flow(format_flow(flow)) == flow
