"""Nested structures on the command line: `craft -O` by dots and as JSON, and the tree of `decode`."""

from __future__ import annotations

import json
import shlex

import pytest
from click.testing import CliRunner, Result

from pmiptool.cli.app import cli

GROUP = "ff0e0000000000000000000000000101"
SOURCE = "20010db8000000000000000000000001"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def crafted(expression: str) -> str:
    """The octets of one option, as the only one of a message: without the 12 octets before it and the padding."""
    result = run("craft", "pbu", "--bare", "--mh-hex", "--no-pad", "-O", expression)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()[24:]


def ani(sub_option: object) -> str:
    return json.dumps({"name": "ani", "fields": {"suboptions": [sub_option]}})


def place(**fields: object) -> str:
    return ani({"name": "geo-location", "fields": fields})


def operator(**fields: object) -> str:
    return ani({"name": "operator-id", "fields": fields})


@pytest.mark.parametrize(
    ("expression", "octets"),
    [
        # RFC 7161 4.1.2: type, length, MLD type; RFC 3810 5.2: record type, words, sources, address
        ("multicast-ipv6:context.multicast_address=ff0e::101", "39 15 8f 04 00 0000" + GROUP),
        ("multicast-ipv6:context.multicast_address=ff0e::101,context.sources=2001:db8::1,context.record_type=5",
         "39 25 8f 05 00 0001" + GROUP + SOURCE),
        ("multicast-ipv6:context.aux_data=00112233", "39 19 8f 04 01 0000" + "00" * 16 + "00112233"),
        ("multicast-ipv6:mld_type=mldv1,context.multicast_address=ff0e::101", "39 15 83 00000000" + GROUP),
        ("multicast-ipv4:igmp_type=igmpv2,context.group_address=239.1.2.3", "38 05 16 ef010203"),
        ("multicast-ipv4:igmp_type=igmpv2,context=abcd", "38 03 16 abcd"),
        ("multicast-ipv4:igmp_type=99,context=abcd", "38 03 63 abcd"),
        # RFC 7028 5.1.2: protocol, M, number of records
        ("multicast-selector:protocol=igmpv1,records.0.group_address=239.1.2.3,records.1.group_address=239.1.2.4",
         "36 0c 12 00 0002 ef010203 ef010204"),
        ("multicast-selector:protocol=igmpv1,records.0.group_address=239.1.2.3,records_count=9",
         "36 08 12 00 0009 ef010203"),
        ("multicast-selector:protocol=igmpv1,records=ef01,records_count=0x102", "36 06 12 00 0102 ef01"),
        # RFC 7411 5.3: the length counts words behind the first four octets
        ("multicast-mobility:option_code=igmpv3,records.0.multicast_address=233.252.0.1",
         "3c 03 01 00 0000 0001 04 00 0000 e9fc0001"),
        # RFC 6757 3.1.2: 52.5 * 2^15 = 1a4000; -13.25 * 2^15 = -434176, 2^24 - 434176 = f96000
        (place(latitude_degrees=52.5, longitude_degrees=-13.25), "34 08 02 06 1a4000 f96000"),
        (place(latitude=-1, longitude=1), "34 08 02 06 ffffff 000001"),
        # RFC 6757 3.1.3: as many octets as the number needs, or as one says
        (operator(operator_id=10415), "34 05 03 03 01 28af"),
        (operator(operator_id=10415, operator_id_octets=4), "34 07 03 05 01 000028af"),
        # RFC 4776 3.3: CAtype, CAlength, CAvalue
        (ani({"name": "civic-location", "fields": {"location": {"country_code": "DE", "elements": [
            {"ca_type": "PC", "ca_value": "10179"}]}}}), "34 0d 04 0b 00 00 4445 18 05 3130313739"),
        # RFC 5949 6.2.1: the types that are asked for go by the names of the options
        ('{"name":"context-request","fields":{"suboptions":[{"name":"hnp"},{"name":"ll-id"}]}}',
         "28 06 0000 16 00 19 00"),
        # RFC 5026 8.1: text, and with a dot at the end the labels of DNS
        ("dns-update:mn_identity=mn1.x", "11 07 00 00 6d6e312e78"),
        ("dns-update:mn_identity=mn1.x.", "11 09 00 00 03 6d6e31 01 78 00"),
        ("mn-id:subtype=EUI-48,identifier=02:00:5e:10:00:01", "08 07 05 02005e100001"),
    ],
)  # fmt: skip
def test_a_nested_structure_is_crafted(expression: str, octets: str) -> None:
    assert crafted(expression) == octets.replace(" ", "")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("multicast-ipv6:context.multicast_addres=ff0e::1", "did you mean"),
        ("multicast-ipv6:context.multicast_address=239.1.2.3", "IPv6"),
        ("multicast-ipv6:context.record_type=nonsense", "mode-is-include"),
        ("multicast-ipv6:mld_type=9,context.record_type=1", "octets as hex"),
        ("multicast-ipv6:mld_type=9,context=abc", "hex"),
        ("multicast-ipv6:context.aux_data=001122", "words of 4"),
        ("multicast-ipv6:context=00,context.record_type=1", "has a value already"),
        ("multicast-ipv6:context.0.record_type=1", "takes an object"),
        ("multicast-selector:records.record_type=1", "takes a list"),
        ("multicast-selector:records_count=65536", "0 to 65535"),
        ('{"name":"multicast-ack","fields":{"records":[{"multicast_address":"2001:db8::1"}]}}', "tells otherwise"),
        (place(latitude_degrees=300), "8388607"),
        (place(latitude_degrees="north"), "degrees"),
        (place(latitude=8388608), "-8388608 to 8388607"),
        (operator(operator_id=-1), "operator_id"),
        (ani({"name": "network-id", "fields": {"network_name": "x" * 256}}), "255"),
        ("dns-update:mn_identity=mn1..x.", "1 to 63"),
    ],
)
def test_what_does_not_fit_is_named(expression: str, told: str) -> None:
    result = run("craft", "pbu", "-O", expression)
    assert result.exit_code == 2, result.stdout
    assert told in result.stderr and result.stderr.count("\n") == 1


def test_records_are_branches_of_the_tree() -> None:
    expression = (
        "multicast-selector:protocol=igmpv1,records.0.group_address=239.1.2.3,records.1.group_address=239.1.2.4"
    )
    octets = run("craft", "pbu", "--bare", "--mh-hex", "-O", expression).stdout.strip()
    lines = [line.strip(" │├└─") for line in run("decode", "--mh", "--hex", octets).stdout.splitlines()]
    assert {"records           239.1.2.3", "records           239.1.2.4"} <= set(lines)
    octets = run("craft", "pbu", "--bare", "--mh-hex", "-O", place(latitude=-1507328, longitude=0)).stdout.strip()
    assert "latitude -1507328 (-46.00000 degrees)" in run("decode", "--mh", "--hex", octets).stdout


def test_the_command_that_makes_it_again_leaves_out_what_follows() -> None:
    octets = run("craft", "pbu", "--bare", "--mh-hex", "-O", place(latitude=32768, longitude=0)).stdout.strip()
    command = run("decode", "--mh", "--hex", octets, "--as", "command").stdout
    assert "degrees" not in command
    assert run(*shlex.split(command)[1:]).stdout.strip() == octets
