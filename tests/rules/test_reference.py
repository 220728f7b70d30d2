"""The reference anchor and gateways: no finding at all without a fault, and every fault is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pmiptool.lma import config_from
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.fault_ipv4 import IPV4_FAULTS
from pmiptool.lma.fault_requests import REQUEST_FAULTS
from pmiptool.lma.faults import FAULTS
from pmiptool.lma.knowledge import context_of
from pmiptool.mag.config import MagConfig, MagPath, MnProfile
from pmiptool.mag.extensions import ANY
from pmiptool.mag.multipath import join
from pmiptool.rules import Context
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    GreKey,
    HandoffIndicator,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
)
from tests.rules.bench import MN, Bench
from tests.rules.make import pbu, stamp, without

VOICE = "fid=1 pri=10 proto=udp dst-port=5060-5061"
WEB = "fid=1 pri=20 proto=tcp dst-port=80"
MAIL = "fid=2 pri=21 proto=tcp dst-port=25"


def ll(number: int) -> bytes:
    return bytes((2, 0, 0, 0, 0, number))


def figures(bench: Bench) -> None:
    """The draft's figures 3 to 7, ACT both ways."""
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.attach(2, WEB, MAIL, ll_id=ll(2))
    bench.modify(2, "fid=2 pri=5 pro=modify proto=tcp dst-port=587")
    bench.attach(3, "fid=9 pri=30 action=n-cast", ll_id=ll(3))
    bench.detach(2, "keep")
    bench.run(2)
    bench.renew(1)
    bench.renew(3)
    bench.run(2)
    bench.modify(3, summary=(9,))
    bench.detach(3, "remove")
    bench.run(2)
    bench.renew(1)
    bench.detach(1)
    bench.run(2)


def plain(bench: Bench) -> None:
    """RFC 5213: attach, renew, de-register, on two interfaces."""
    bench.attach(1, mhgid=None, ll_id=ll(1))
    bench.renew(1)
    bench.attach(2, mhgid=None, ll_id=ll(2))
    bench.detach(1)
    bench.run(12)
    bench.detach(2)
    bench.run(2)


def expiring(bench: Bench) -> None:
    bench.attach(1, VOICE, ll_id=ll(1), lifetime=40)
    bench.attach(2, WEB, ll_id=ll(2), lifetime=400)
    bench.run(60)
    bench.renew(2)
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.run(2)


def moving(bench: Bench) -> None:
    """A handover of one interface between gateways, filters and all."""
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.run(2)
    mag = bench.mags[2]
    mag.attach(MnProfile(id=MN, mhgid=0, ll_id=ll(1)), bench.now, hi=3)
    bench.run(2)
    bench.renew(2)
    bench.run(2)


def asking(bench: Bench) -> None:
    """What the anchor asks by itself, and heartbeats both ways."""
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.attach(2, WEB, ll_id=ll(2))
    bench.lma.notify(MN, 2, bench.now)
    bench.run(3)
    bench.lma.notify(MN, 1, bench.now, ack=False)
    bench.run(5)
    bench.run(130)
    bench.detach(2, "keep")
    bench.run(3)
    bench.renew(1)
    bench.lma.revoke(MN, bench.now)
    bench.run(5)
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.lma.revoke(None, bench.now, trigger=128)
    bench.run(5)


def paths(bench: Bench) -> None:
    """RFC 8278: a MAG with several ways to the anchor; a bulk renewal, the end of one way, and of all but one."""
    join(bench.mags.values())

    def attach(number: int, **more: Any) -> None:
        way = MagPath(mag_id=b"mag1@example.org", bid=number, label=10 + number)
        bench.mags[number].attach(MnProfile(id=MN, ll_id=ll(1), lifetime=40, multipath=way), bench.now, **more)
        bench.run(1)

    attach(1)
    attach(2)
    bench.run(30)
    bench.mags[1].renew(MN, bench.now, bulk=True)
    bench.run(20)
    if bench.mags[2].binding_update_list:  # without several paths it has expired
        bench.detach(2)
        bench.run(2)
    attach(3, overwrite=True)
    bench.detach(3)
    bench.run(2)


def telling(bench: Bench) -> None:
    """Re-instantiated filters are announced at once."""
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.attach(2, WEB, MAIL, ll_id=ll(2))
    bench.detach(2, "keep")
    bench.run(3)
    bench.renew(1)
    bench.run(3)


def addresses(bench: Bench) -> None:
    """RFC 5844 and RFC 5845: both kinds of address and GRE keys, a handover, parts given up, and IPv4 alone."""

    def attach(number: int, mn: bytes = MN, *, at: int = 1, **more: Any) -> None:
        keys = GreKey(gre_key=(100 + number,))
        profile = MnProfile(id=mn, ll_id=ll(at), lifetime=40, **{"ipv4_hoa": ANY, "gre": keys, **more})
        bench.mags[number].attach(profile, bench.now, hi=1 if number == at else 3)
        bench.run(1)

    attach(1)
    bench.renew(1)
    bench.run(20)
    attach(2, b"mn2@example.org", at=2, ipv6=False, gre=None)
    bench.mags[2].renew(b"mn2@example.org", bench.now)
    bench.run(2)
    attach(3)  # the first one has moved
    bench.mags[1].forget(MN)
    bench.renew(3)
    bench.run(2)
    bench.mags[2].detach(b"mn2@example.org", bench.now)
    bench.detach(3)
    bench.run(2)


STORIES = (figures, plain, expiring, moving, asking, paths, addresses)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("timestamps", [True, False], ids=["timestamps", "sequence-numbers"])
def test_no_finding_without_a_fault(story: Callable[[Bench], None], timestamps: bool) -> None:
    config = config_from({"lma": {"heartbeat_interval": 30}})
    bench = Bench(config=config, mag_config=MagConfig(renew=False, timestamps=timestamps, heartbeat_interval=40))
    story(bench)
    assert bench.finish() == []
    assert len(bench.passed) > 4


@pytest.mark.parametrize("notify", ["none", "rfc7864"])
def test_filters_may_be_announced_by_notification(notify: str) -> None:
    config = config_from({"lma": {"notify": notify}})
    bench = Bench(config=config)
    telling(bench)
    assert bench.finish() == []
    assert any(decoded.name == "update-notification" for _, decoded, _, _ in bench.passed) is (notify == "rfc7864")


@pytest.mark.parametrize("story", STORIES)
def test_no_finding_in_the_middle_of_a_capture(story: Callable[[Bench], None]) -> None:
    """Whatever the capture misses at its beginning, nothing right is blamed."""
    whole = Bench()
    story(whole)
    for start in range(1, min(len(whole.passed), 12)):
        bench = Bench(context=Context())
        for number, (time, decoded, src, dst) in enumerate(whole.passed[start:], 1):
            bench.seen += bench.checker.observe(decoded, src=src, dst=dst, time=time, frame=number)
        assert bench.finish() == [], start


def test_no_finding_in_the_other_dialect() -> None:
    from pmiptool.registry.codepoints import CodePoints

    settings = CodePoints(dialect="rfc6089")
    bench = Bench(
        context=Context(settings, complete=True),
        config=LmaConfig(codepoints=settings),
        mag_config=MagConfig(renew=False, codepoints=settings),
    )
    bench.attach(1, "fid=1 pri=10 proto=udp bid=1", ll_id=ll(1))
    bench.attach(2, "fid=1 pri=20 proto=tcp bid=2", ll_id=ll(2))
    bench.detach(2, "keep")
    bench.run(2)
    bench.renew(1)
    assert {seen.finding.rule for seen in bench.finish()} == set()


def test_an_anchor_that_skips_the_option_is_right() -> None:
    """RFC 5213 8.1: no rule of the draft applies to one that knows nothing of it."""
    bench = Bench(config=config_from({"lma": {"multihoming": False}}))
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.attach(2, WEB, ll_id=ll(2))
    bench.renew(1)
    bench.run(2)
    bench.detach(2, "keep")
    bench.run(2)
    assert bench.finish() == []


def test_an_anchor_that_refuses_multihoming_is_right() -> None:
    bench = Bench(config=config_from({"lma": {"multihoming": "reject"}}))
    bench.attach(1, VOICE, ll_id=ll(1))
    bench.run(2)
    assert bench.finish() == []


@pytest.mark.parametrize("reading", ["echo", "zero"])
def test_act_in_answers_is_a_reading(reading: str) -> None:
    config = config_from({"readings": {"pba-act": reading}})
    bench = Bench(config=config, context=context_of(config))
    figures(bench)
    assert bench.finish() == []


NAMED_BY = {
    "sequence-not-copied": "rfc5213/5.5/sequence",
    "hi-not-copied": "rfc5213/5.3.6/hi-copied",
    "mn-id-not-copied": "rfc5213/5.3.6/mn-id-copied",
    "hnp-changed": "rfc5213/5.3.6/hnp-changed",
    "hnp-all-zero": "rfc5213/5.3.6/hnp-all-zero",
    "lifetime-too-long": "rfc6275/10.3.1/lifetime",
    "lifetime-in-seconds": "rfc6275/6.1.8/lifetime-in-seconds",
    "p-flag-clear": "rfc5213/8.2/p-flag-copied",
    "checksum-zero": "rfc6275/6.1.1/checksum",
    "options-unaligned": "rfc5213/8.3/alignment",
    "message-too-long": "rfc6275/6.1.1/header-length",
    "message-too-short": "rfc6275/6.1.1/header-length",
    "no-multihoming-option": "muho/6.1/no-option",
    "act-echoed": "muho/4.1/act-in-pba",
    "rfu-set": "muho/4.1/rfu",
    "fid-status-missing": "mext/4.2/length",
    "fid-not-echoed": "mext/5.3.5/fid-echo",
    "pro-not-set": "muho/4.2/pro",
    "priority-not-copied": "muho/4.2/pri-copied",
    "action-not-copied": "muho/4.2/action-copied",
    "fid-not-unique": "mext/5.3.5/fid-twice",
    "filters-lost-on-keep": "muho/4.1/filters-lost",
    "filters-kept-on-remove": "muho/4.1/filters-kept",
    "second-hnp": "muho/1/shared-hnp",
    "pro-without-keep": "muho/4.2/reinstantiated-unasked",
    "multipath-not-echoed": "rfc8278/4.4/no-option",
    "mag-id-echoed": "rfc8278/4.4/mag-id-with-option",
    "bid-changed": "rfc8278/4.1/bid-copied",
    "label-not-copied": "rfc8278/4.1/interface-copied",
    "bulk-ignored": "rfc5213/5.3.1/unanswered",
    "path-replaced": "rfc5213/5.3.1/unanswered",
    "answer-lost": "rfc5213/5.3.1/unanswered",
    "answer-late": "rfc6275/11.8/answer-late",
    "answer-twice": "rfc6275/9.5.4/answer-twice",
    "wrong-status-153": "rfc5213/5.3.1/not-lma",
    "wrong-status-154": "rfc5213/5.3.1/not-authorized",
    "wrong-status-158": "rfc5213/5.3.1/missing-hnp",
    "wrong-status-160": "rfc5213/5.3.1/missing-mn-id",
    "wrong-status-161": "rfc5213/5.3.1/missing-hi",
    "wrong-status-162": "rfc5213/5.3.1/missing-att",
    "wrong-status-173": "rfc5844/3.1.2.1/several",
    "wrong-status-in-ipv4-reply": "rfc5844/3.1.2.6/status-rejected",
    "ipv4-reply-missing": "rfc5844/3.1.2.6/reply-missing",
    "ipv4-other-address": "rfc5844/3.1.2.2/address-named",
    "ipv4-router-missing": "rfc5844/3.1.2.6/router-missing",
    "ipv4-status-failure": "rfc5844/3.1.2.6/status-accepted",
    "gre-key-unasked": "rfc5845/3.3.2/option-unasked",
    "gre-key-missing": "rfc5845/3.3.1/key-missing",
    "gre-key-changed": "rfc5845/3.3.2/uplink-key",
    "deaf-after-two": "rfc6275/9.2/deaf",
    "deaf-to-heartbeats": "rfc5847/3/unanswered",
    "heartbeat-sequence-wrong": "rfc5847/3.1/sequence",
    "restart-counter-missing": "rfc5847/3.2/counter-missing",
    "wrong-restart-counter": "rfc5847/3.2/restart-counter",
    "revocation-without-mn-id": "rfc5846/5.1/mn-id",
    "revocation-p-clear": "rfc5846/6.1.1/p-flag",
    "notification-without-mn-id": "rfc7077/5/mn-id",
    "notify-twice-without-d": "rfc7077/4.1/d-flag-missing",
}
MISSING = {
    "wrong-status-158": HomeNetworkPrefix,
    "wrong-status-160": MobileNodeIdentifier,
    "wrong-status-161": HandoffIndicator,
    "wrong-status-162": AccessTechnologyType,
}
PATHS = {"multipath-not-echoed", "mag-id-echoed", "bid-changed", "label-not-copied", "bulk-ignored", "path-replaced"}
ODD = {
    "wrong-status-173": (ANY, ANY),
    "wrong-status-in-ipv4-reply": (Ipv4HomeAddressRequest(prefix_length=24, ipv4_home_address=bytes((192, 0, 2, 7))),),
}
POLICY = {
    "wrong-status-153": {"lma": {"accept_unknown_mn": False}},
    "wrong-status-154": {"mag": [{"address": "2001:db8:1::3"}]},
}


def provoked(fault: str, faults: list[str]) -> set[str]:
    """The rules that are broken where this fault would show."""
    config = config_from(POLICY.get(fault, {}))
    mag_config = MagConfig(renew=False, heartbeat_interval=30)
    bench = Bench(faults=faults, config=config, context=context_of(config), mag_config=mag_config)
    if fault in MISSING or fault in POLICY or fault in ODD:
        message = pbu(stamp(), *ODD.get(fault, ()))
        message = without(message, MISSING[fault]) if fault in MISSING else message
        bench.send(codec_for().encode(message, src=bench.mags[1].address.address, dst=bench.lma.address))
    elif fault == "deaf-after-two":
        bench.send(b"\x3b\x09\x05\x00\x00\x00\x00\x00")
        bench.send(b"\x3b\x09\x05\x00\x00\x00\x00\x00")
        bench.attach(1, VOICE)
        bench.run(70)
    elif fault in REQUEST_FAULTS:
        asking(bench)
        bench.attach(1, VOICE)
        bench.mags.pop(1)  # it is gone, and does not answer
        bench.lma.notify(MN, 2, bench.now)
        bench.run(5)
    elif fault in PATHS:
        paths(bench)
    elif fault in IPV4_FAULTS:
        addresses(bench)
    else:
        figures(bench)
    bench.finish()
    return bench.broken()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_named(fault: str) -> None:
    assert NAMED_BY[fault] in provoked(fault, [fault])


@pytest.mark.parametrize("fault", FAULTS)
def test_the_rule_is_silent_without_the_fault(fault: str) -> None:
    assert NAMED_BY[fault] not in provoked(fault, [])
