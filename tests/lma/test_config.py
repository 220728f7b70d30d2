"""The LMA's configuration: every error is one sentence that names the key."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import LmaConfig, LocalMobilityAnchor, load_config
from pmiptool.lma.config import config_from, parse_config
from tests.lma.support import LMA

EXAMPLE = """
[lma]
pool = "2001:db8:f000::/36"
ipv4_pool = "198.18.0.0/16"
accept_unknown_mn = true
multihoming = true
reinstantiation = true
max_lifetime = 3600
[flows]
discard = true
n_cast = true
max_per_session = 255
[timers]
min_delay_before_bce_delete = 10.0
max_delay_before_new_bce_assign = 1.5
timestamp_validity_window = 0.3
[readings]
act-zero = "remove"
[codepoints]
[[mag]]
address = "2001:db8:1::2"
mn = ["mn1@example.org"]
[[mn]]
id = "mn1@example.org"
hnp = ["2001:db8:a1::/64"]
multihoming = true
proxy_registration = true
"""


def test_the_example_is_the_default_apart_from_its_entries(tmp_path):
    file = tmp_path / "lma.toml"
    file.write_text(EXAMPLE)
    config = load_config(file)
    assert (config.lma, config.flows, config.timers) == (LmaConfig().lma, LmaConfig().flows, LmaConfig().timers)
    assert config.mag[0].mn == ("mn1@example.org",)
    assert config.mn[0].hnp == ("2001:db8:a1::/64",)
    assert parse_config("") == LmaConfig()


def test_readings_and_code_points():
    config = parse_config(
        "[readings]\nno-match = 'all'\n[codepoints]\npro_delete = 3\n[timers]\nmin_delay_before_bce_delete = 1"
    )
    assert config.readings["no-match"] == "all"
    assert config.codepoints.pro_delete == 3
    assert config.timers.min_delay_before_bce_delete == 1.0
    later = config_from({"readings": {"act-zero": "keep"}}, base=config)
    assert later.readings.changes == (("act-zero", "keep"), ("no-match", "all"))
    assert later.codepoints.pro_delete == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[lma]\npol = 1", "lma.pol is no key; the keys are pool, ipv4_pool, accept_unknown_mn"),
        ("lam = 1", "lam is no key; the keys are lma, flows, timers, readings, codepoints, mag, mn"),
        (
            "[[mn]]\nname = 'x'",
            "mn[0].name is no key; the keys are id, hnp, multihoming, multipath, proxy_registration",
        ),
        ("[lma]\npool = 1", "lma.pool: Expected str, got int"),
        ("[lma]\nmultihoming = 'no'", "lma.multihoming: Invalid enum value 'no'; it takes true, false or \"reject\""),
        ("[lma]\nmax_lifetime = 3", "lma.max_lifetime: Expected int >= 4"),
        ("[timers]\nmin_delay_before_bce_delete = -1", "timers.min_delay_before_bce_delete: Expected float >= 0"),
        ("[flows]\ndiscard = 'yes'", "flows.discard: Expected bool, got str"),
        ("[lma]\npool = '2001:db8::/65'", "lma.pool is 2001:db8::/65; it takes a prefix of 1 to 64 bits"),
        ("[lma]\npool = '2001:db8::1/36'", "lma.pool is '2001:db8::1/36', no prefix"),
        ("[lma]\nipv4_pool = '1.2.3.4/5'", "lma.ipv4_pool is '1.2.3.4/5', no prefix"),
        ("[[mn]]\nid = 'a'\nhnp = ['2001:db8::/129']", "mn[0].hnp[0] is '2001:db8::/129', no prefix"),
        ("[[mn]]\nid = 'a'\nhnp = ['::/0']", "mn[0].hnp[0] is ::/0; an empty list takes prefixes from the pool"),
        ("[[mn]]\nid = ''", "mn[0].id is ''; it takes 1 to 254 octets"),
        ("[[mn]]\nid = 'a'\n[[mn]]\nid = 'a'", "mn[0].id and mn[1].id are both a"),
        (
            "[[mn]]\nid = 'a'\nhnp = ['2001:db8:a1::/64']\n[[mn]]\nid = 'b'\nhnp = ['2001:db8:a1::/60']",
            "mn[1].hnp[0] (2001:db8:a1::/60) and mn[0].hnp[0] (2001:db8:a1::/64) overlap",
        ),
        (
            "[[mn]]\nid = 'a'\nhnp = ['2001:db8:f000:7::/64']",
            "lma.pool (2001:db8:f000::/36) and mn[0].hnp[0] (2001:db8:f000:7::/64) overlap",
        ),
        ("[[mag]]\naddress = 'here'", "mag[0].address is 'here', no address"),
        ("[[mag]]\naddress = '::2'\n[[mag]]\naddress = '0::2'", "mag[0].address and mag[1].address are both 0::2"),
        ("[readings]\nact-zero = 'no'", "reading act-zero is 'no'; it takes remove, keep, reject"),
        ("[readings]\nact = 'no'", "reading 'act' does not exist; the keys are"),
        ("[codepoints]\ndialect = 'x'", "code point dialect is 'x'; it takes mext, rfc6089, auto"),
        ("[codepoints]\nflow_summary_option_type = 45", "code points flow_identification_option_type and flow_summary"),
        ("[lma", "no valid TOML"),
    ],
)
def test_errors_name_file_and_key(tmp_path, text, sentence):
    file = tmp_path / "lma.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_config(file)
    assert str(caught.value).startswith(f"{file}: {sentence}")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UsageError, match="cannot read the configuration: No such file"):
        load_config(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is not text in UTF-8"):
        load_config(tmp_path / "odd.toml")


def test_an_anchor_checks_a_configuration_made_in_code():
    from pmiptool.lma.config import LmaSection

    with pytest.raises(UsageError, match="lma.pool"):
        LocalMobilityAnchor(LmaConfig(lma=LmaSection(pool="nonsense")), LMA)
