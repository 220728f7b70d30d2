"""Scenario files: what is wrong with one is said in a sentence with its line."""

from __future__ import annotations

import pytest

from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.scenario.compile import compile_scenario
from pmiptool.scenario.loader import builtin_names, builtin_text, load, parse
from pmiptool.wire.values import FlowIdentification6089

GOOD = """\
name: mine
title: My scenario
variables: {mn: mn7@example.org, lifetime: 120, share: 0.5, plain: true}
mn: {id: "${mn}", mhgid: 0}
lifetime: "${lifetime}"
mags: {MAG1: {}, MAG2: {}}
interfaces:
  IF1: {att: 802.11, ll_id: 12:34:56:07:08:09, flows: ["fid=1 pri=10 dst-port=80"]}
  IF2: {att: 8}
steps:
  - name: one
    attach: {mag: MAG1, interface: IF1}
    expect: [status = 0, "hnp != ${session.hnp}"]
  - detach: {mag: MAG1, act: keep}
"""


def test_builtin_scenarios_come_in_the_drafts_order_and_compile_in_both_dialects():
    names = builtin_names()
    assert names[:6] == ["setup", "renewal", "modify", "removal-keep", "removal-remove", "addition"]
    assert len(names) >= 10
    identifiers = set()
    for name in names:
        scenario = load(name)
        assert scenario.name == name and scenario.title and scenario.clause
        assert scenario.multihoming is (scenario.mn.mhgid is not None)
        identifiers.add(scenario.mn.id)
        assert compile_scenario(scenario, DEFAULT).moves
        for move in compile_scenario(scenario, CodePoints(dialect="rfc6089")).moves:
            assert all(isinstance(flow, FlowIdentification6089) for flow in move.profile.flows)
    assert len(identifiers) == len(names)  # each uses its own MN-ID


def test_a_good_file_becomes_moves():
    scenario = parse(GOOD, "mine.yaml")
    first, second = compile_scenario(scenario, DEFAULT).moves
    assert (first.kind, first.mag, first.interface) == ("attach", "MAG1", "IF1")
    assert first.profile.id == b"mn7@example.org" and first.profile.lifetime == 120
    assert first.profile.att == 4 and first.profile.ll_id == bytes.fromhex("123456070809")
    assert first.expects_status and not first.expects_no_answer
    assert (second.kind, second.interface, second.act) == ("detach", "IF1", 2)


def test_variables_are_set_and_keep_their_kind():
    scenario = parse(GOOD, "mine.yaml", {"mn": "other@example.org", "lifetime": "0x40", "share": "0.75"})
    assert scenario.mn.id == "other@example.org" and scenario.lifetime == 64
    assert scenario.variables["share"] == 0.75


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("attach: {mag", "atach: {mag", "line 12: unknown key 'atach' in steps[0]; did you mean 'attach'?"),
        ("title:", "titel:", "line 2: unknown key 'titel'; did you mean 'title'?"),
        ("ll_id:", "ll-id:", "unknown key 'll-id' in interfaces.IF1; did you mean 'll_id'?"),
        ("IF2: {att: 8}", "IF2: {att: 8, att: 9}", "line 9: key 'interfaces.IF2.att' stands twice"),
        ("mag: MAG1, act", "mag: MAG9, act", "there is no MAG 'MAG9'; did you mean 'MAG"),
        ("interface: IF1}", "interface: IF9}", "there is no interface 'IF9'; did you mean 'IF"),
        ("mhgid: 0", "mhgid: zero", "line 4: mn.mhgid: expected `int | null`, got `str`"),
        ("title: My scenario\n", "", "the key 'title' is missing"),
        ('"${mn}"', '"${nm}"', "${nm}: no such variable; did you mean 'mn'?"),
        ("${session.hnp}", "${sesion.hnp}", "${sesion.hnp}: no such value; did you mean 'session.hnp'?"),
        ("steps:\n", "steps: []\nx:\n", "unknown key 'x'"),
        ("attach: {mag: MAG1, ", "attach: {", "line 12: the key 'mag' is missing in steps[0].attach"),
        ("name: mine", "name: [mine", "no YAML"),
        (
            "act: keep}",
            "act: keep}\n    wait: 3",
            "one of attach, renew, modify, detach, heartbeat, revoke, notify, receive, wait is needed, and it has",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old, new, sentence):
    assert old in GOOD
    with pytest.raises(UsageError) as caught:
        parse(GOOD.replace(old, new), "mine.yaml")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("mine.yaml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("fid=1 ", "fid=70000 ", "fid is 70000; it takes a number from 0 to 65535"),
        ("status = 0", "state = 0", "there is no field 'state'"),
        ("act: keep", "act: hold", "act is 'hold'"),
        ("lifetime: 120", "lifetime: 122", "lifetime is 122 s; it takes a multiple of 4"),
        ("att: 802.11", "att: wifi", "att is 'wifi'"),
        ("mag: MAG1, act", "mag: MAG2, act", "nothing is attached to MAG2"),
        ("interface: IF1}", "interface: IF1, hnp: '2001:db8::/129'}", "129"),
    ],
)
def test_what_cannot_be_sent_is_named_with_its_step(old, new, sentence):
    assert old in GOOD
    with pytest.raises(UsageError) as caught:
        compile_scenario(parse(GOOD.replace(old, new), "mine.yaml"), DEFAULT)
    assert sentence in str(caught.value) and "steps[" in str(caught.value)


def test_set_of_an_unknown_variable_or_a_wrong_kind():
    with pytest.raises(UsageError, match="no such variable; did you mean 'lifetime'"):
        parse(GOOD, "mine.yaml", {"life-time": "3"})
    with pytest.raises(UsageError, match="'soon' is no int"):
        parse(GOOD, "mine.yaml", {"lifetime": "soon"})


def test_names_and_files_that_are_not_there(tmp_path):
    with pytest.raises(UsageError, match="did you mean 'setup'"):
        load("setpu")
    with pytest.raises(UsageError, match="no such file"):
        load(str(tmp_path / "x.yaml"))
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="UTF-8"):
        load(str(tmp_path / "x.yaml"))
    (tmp_path / "y.yaml").write_text("- 1\n")
    with pytest.raises(UsageError, match="a scenario is a table"):
        load(str(tmp_path / "y.yaml"))
    (tmp_path / "z.yaml").write_text(builtin_text("setup"))
    assert load(str(tmp_path / "z.yaml")) == load("setup")
