"""Records inside options as Scapy packets: made by hand, taken apart, edited, and wrong on purpose."""

from __future__ import annotations

import pytest
from scapy.packet import Raw

from pmiptool.layers import (
    PBU,
    MIP6OptAccessNetworkIdentifier,
    MIP6OptActiveMulticastSubscriptionIpv4,
    MIP6OptActiveMulticastSubscriptionIpv6,
    MIP6OptHI,
    MIP6OptMulticastMobility,
    MIP6OptUnknown,
    MIP6RecCivicAddress,
    MIP6RecCivicElement,
    MIP6RecGroupAddress,
    MIP6RecMldv1Context,
    MIP6RecMulticastAddressRecord,
    MIP6SubCivicLocationAni,
    MIP6SubGeoLocationAni,
    MIP6SubNetworkIdentifierAni,
    expression,
)

RECORD = bytes.fromhex("05 00 0001 ff0e0000000000000000000000000101 20010db8000000000000000000000001")


def test_counts_and_lengths_follow_unless_they_are_given() -> None:
    record = MIP6RecMulticastAddressRecord(record_type=5, multicast_address="ff0e::101", sources=["2001:db8::1"])
    assert bytes(record) == RECORD
    option = MIP6OptMulticastMobility(records=[record, record])
    # RFC 7411 5.3: 1 + 2 * 9 words behind the first four octets
    assert bytes(option) == bytes.fromhex("3c 13 02 00 0000 0002") + RECORD + RECORD
    assert bytes(MIP6OptMulticastMobility(records=[record], record_count=7))[6:8] == b"\0\7"
    assert bytes(MIP6RecMulticastAddressRecord(aux_data=b"1234"))[1] == 1
    assert bytes(MIP6RecMulticastAddressRecord(source_count=9))[2:4] == b"\0\x09"


def test_a_record_is_reached_and_edited_by_name() -> None:
    option = MIP6OptActiveMulticastSubscriptionIpv6(
        mld_type="mldv1", context=MIP6RecMldv1Context(multicast_address="ff0e::1")
    )
    found = PBU(bytes(PBU(options=[option, MIP6OptHI(hi=1)])))
    option = found[MIP6OptActiveMulticastSubscriptionIpv6]
    assert (option.context.multicast_address, option.mld_type) == ("ff0e::1", 131)
    before = bytes(found)
    option.context.reserved = 0xAABBCCDD
    changed = [index for index, pair in enumerate(zip(before, bytes(found), strict=True)) if pair[0] != pair[1]]
    assert len(changed) == 4 and found[MIP6OptHI].hi == 1


def test_each_packet_has_a_record_of_its_own() -> None:
    one, other = MIP6OptActiveMulticastSubscriptionIpv6(), MIP6OptActiveMulticastSubscriptionIpv6()
    one.context.record_type = 6
    assert other.context.record_type == 4


def test_octets_of_an_unknown_kind_stand_as_they_are() -> None:
    option = MIP6OptActiveMulticastSubscriptionIpv4(igmp_type=0x99, context=Raw(b"abc"))
    assert bytes(option) == bytes.fromhex("38 04 99 616263")
    found = MIP6OptActiveMulticastSubscriptionIpv4(bytes(option))
    assert isinstance(found.context, Raw) and found.context.load == b"abc"
    # A record under a type that means another one is built all the same.
    wrong = MIP6OptActiveMulticastSubscriptionIpv4(
        igmp_type=0x22, context=MIP6RecGroupAddress(group_address="239.1.2.3")
    )
    assert bytes(wrong) == bytes.fromhex("38 05 22 ef010203")


@pytest.mark.parametrize(
    "octets",
    [
        "38 0d 22 01 00 0002 ef010203 c0000201",  # two sources, and one is there
        "36 08 16 00 0002 ef010203",  # two records, and one is there
        "3c 01 02 00 0000 0001",  # one record, and none is there
        "3d 01 00 02 0000 0001",  # the same where the record itself would tell what it is
    ],
)
def test_a_record_that_is_cut_makes_the_option_unknown(octets: str) -> None:
    data = bytes.fromhex("3b00050000000001 8200004b" + octets + "17020001")
    data += bytes(-len(data) % 8)
    found = PBU(data[:1] + bytes((len(data) // 8 - 1,)) + data[2:])
    assert [type(option) for option in found.options[:2]] == [MIP6OptUnknown, MIP6OptHI]


def test_names_places_and_addresses_of_an_access_network() -> None:
    subs = [
        MIP6SubNetworkIdentifierAni(e=1, network_name="WiFi", access_point_name="ap"),
        MIP6SubGeoLocationAni(latitude=-32768, longitude=16384),
        MIP6SubCivicLocationAni(
            location=MIP6RecCivicAddress(
                country_code="DE", elements=[MIP6RecCivicElement(ca_type="PC", ca_value="10179")]
            )
        ),
    ]
    option = MIP6OptAccessNetworkIdentifier(suboptions=subs)
    assert bytes(option) == bytes.fromhex(
        "34 20 01 09 80 04 57694669 02 6170 02 06 ff8000 004000 04 0b 00 00 4445 18 05 3130313739".replace(" ", "")
    )
    found = PBU(bytes(PBU(options=[option])))
    assert "-1.0 degrees" in found.show(dump=True) and "civic" in found.show(dump=True).lower()
    assert found[MIP6SubGeoLocationAni].longitude == 16384
    assert "ca_length" not in expression(found) and "network_name_length" not in expression(found)
    assert bytes(eval(expression(found))) == bytes(found)
    with pytest.raises(OverflowError):
        bytes(MIP6SubGeoLocationAni(latitude=1 << 23))
