"""Answers as columns against the codec, message by message."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.load.answers import MOST_SHAPES, PBA, Reader, number_at, shape_of
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import parse_flow
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    FlowIdentification,
    HandoffIndicator,
    Heartbeat,
    HomeNetworkPrefix,
    LinkLocalAddress,
    MobileNodeIdentifier,
    Prefix,
    Timestamp,
)

CODEC = codec_for()
OPTIONS = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=30).map(lambda name: MobileNodeIdentifier(1, name)),
        st.binary(min_size=16, max_size=16).map(lambda a: HomeNetworkPrefix(home_network_prefix=Prefix(a, 64))),
        st.just(HandoffIndicator(0, 1)),
        st.just(AccessTechnologyType(0, 4)),
        st.just(Timestamp(7)),
        st.just(LinkLocalAddress(bytes(16))),
        st.integers(0, 255).map(lambda n: FlowIdentification(fid=n, pri=1, action=1, rsvd=0, pro=0, status=n)),
    ),
    max_size=6,
)
ANSWERS = st.builds(
    BindingAcknowledgement,
    status=st.integers(0, 255),
    flags=st.just(0x20),
    sequence=st.integers(0, 65535),
    lifetime=st.integers(0, 65535),
    options=OPTIONS.map(tuple),
)


def batch(messages: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    data = np.full((len(messages), 600), 0xEE, np.uint8)  # what was in the rows before
    for row, octets in zip(data, messages, strict=True):
        row[: len(octets)] = np.frombuffer(octets, np.uint8)
    return data, np.array([len(octets) for octets in messages], np.int32)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=12))
def test_columns_are_what_the_codec_says(answers: list[BindingAcknowledgement]) -> None:
    answers = answers + answers[:3]
    data, lengths = batch([CODEC.encode(answer) for answer in answers])
    reader, seen = Reader(), []
    for shape, rows in reader.groups(data, lengths):
        places = range(len(answers)) if isinstance(rows, slice) else rows.tolist()
        some = data[rows]
        assert shape.type == PBA
        numbers, statuses = number_at(some, 8, 2), some[:, 6]
        for place, row, number, status in zip(places, some, numbers.tolist(), statuses.tolist(), strict=True):
            seen.append(place)
            answer = answers[place]
            assert (number, status) == (answer.sequence, answer.status)
            names = [o.identifier for o in answer.options if isinstance(o, MobileNodeIdentifier)]
            cut = row[shape.mn_id : shape.mn_id + shape.mn_id_length].tobytes() if shape.mn_id else None
            assert cut == (names[0] if names else None)
            prefixes = [o.home_network_prefix for o in answer.options if isinstance(o, HomeNetworkPrefix)]
            at = shape.prefix
            assert (row[at : at + 16].tobytes() if at else None) == (prefixes[0].address if prefixes else None)
            assert not at or row[at - 1] == 64
            flows = [o.status for o in answer.options if isinstance(o, FlowIdentification)]
            assert [int(row[at]) for at in shape.fids] == flows
    assert sorted(seen) == list(range(len(answers)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=6))
def test_nothing_that_comes_raises(messages: list[bytes]) -> None:
    data, lengths = batch([octets[:2] + b"\6" + octets[3:] if len(octets) % 2 else octets for octets in messages])
    places = []
    for shape, rows in Reader().groups(data, lengths):
        places += list(range(len(messages))) if isinstance(rows, slice) else rows.tolist()
        assert (lengths[rows] == shape.length).all()
    assert sorted(places) == list(range(len(messages)))


def test_more_shapes_than_are_remembered() -> None:
    answers = [
        BindingAcknowledgement(status=0, flags=0x20, sequence=n, lifetime=1,
                               options=(MobileNodeIdentifier(1, b"x" * (n + 1)),))
        for n in range(3 * MOST_SHAPES // 2)
    ]  # fmt: skip
    data, lengths = batch([CODEC.encode(answer) for answer in answers])
    reader = Reader()
    for _ in range(2):
        found = {
            int(number_at(data[rows], 8, 2)[0]): shape.mn_id_length for shape, rows in reader.groups(data, lengths)
        }
        assert found == {n: n + 1 for n in range(len(answers))}


def test_heartbeats_and_others_have_their_type() -> None:
    data, lengths = batch([CODEC.encode(Heartbeat(flags=1, sequence=9)), b"", b"\0", bytes(3)])
    assert {shape.type for shape, _ in Reader().groups(data, lengths)} == {13, -1, 0}


def test_options_whose_length_counts_eight_octets() -> None:
    settings_ = CodePoints(fid_length_unit="units-of-8")
    flow = parse_flow("fid=1 pri=2 proto=udp dst-port=5060 status=130", settings_)
    message = BindingAcknowledgement(status=0, flags=0x20, sequence=1, lifetime=1, options=(flow, flow))
    octets = codec_for(settings_).encode(message)
    shape = shape_of(octets, settings_.flow_identification_option_type, True)
    assert [octets[at] for at in shape.fids] == [130, 130]
