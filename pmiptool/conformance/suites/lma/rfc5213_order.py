"""RFC 5213 5.5: message ordering, by timestamps and by sequence numbers."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.suites.lma.rfc5213_requests import LATER
from pmiptool.text.values import time_text
from pmiptool.wire.values import Timestamp

CLOSE = 2.0  # seconds that clocks of one network are apart at most, with the time on the way
OF_MOBILE_NODES = {"lma": {"mobile_node_generated_timestamp_in_use": True}}
LONG_AGO = 1000 << 16


def told_time(reply: Reply) -> None:
    """The answer has the LMA's time of day."""
    now = reply.lma.time_of_day()
    given = [option.timestamp for option in reply.options(Timestamp)]
    near = len(given) == 1 and abs(given[0] - now) < CLOSE * 65536
    reply.check(f"a timestamp near {time_text(now)}", near, ", ".join(map(time_text, given)) or "none")


@against_lma("rfc5213/5.5/sequence-per-session", mags=2)
def sequence_per_session(lma: Lma) -> None:
    first = lma.node(ll_id=b"\x02first")
    first.attach(timestamp=None, sequence=1000)
    other = first.other_session(1, ll_id=b"\x02other")
    other.attach(timestamp=None, sequence=10)
    first.ask(timestamp=None, sequence=1001).accepted()
    other.ask(timestamp=None, sequence=11).accepted()


@against_lma("rfc5213/5.5/timestamp-supported")
def timestamp_supported(lma: Lma) -> None:
    lma.node().ask().accepted().repeats(Timestamp)


@against_lma("rfc5213/5.5/timestamp-in-deregistration")
def timestamp_in_deregistration(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(lifetime=0).accepted().repeats(Timestamp)


@against_lma("rfc5213/5.5/epoch")
def epoch(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=LONG_AGO).rejected(156)
    node.ask(timestamp=lma.time_of_day()).accepted()


@against_lma("rfc5213/5.5/sequence-ignored")
def sequence_ignored(lma: Lma) -> None:
    node = lma.node()
    node.attach(sequence=1000)
    node.ask(sequence=1000).accepted()
    node.ask(sequence=10).accepted()


@against_lma("rfc5213/5.5/sequence-copied")
def sequence_copied(lma: Lma) -> None:
    lma.node().ask(sequence=0xABCD).accepted("fields.sequence = 0xabcd")


@against_lma("rfc5213/5.5/sequence-copied-in-rejection")
def sequence_copied_in_rejection(lma: Lma) -> None:
    lma.node().ask(sequence=0xABCD, without="hi").rejected().expect("fields.sequence = 0xabcd")


@against_lma("rfc5213/5.5/timestamp-within-window")
def timestamp_within_window(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=lma.time_of_day(-lma.validity_window / 2)).accepted()
    node.ask(timestamp=lma.time_of_day(lma.validity_window / 2)).accepted()


@against_lma("rfc5213/5.5/timestamp-too-old")
def timestamp_too_old(lma: Lma) -> None:
    lma.node().ask(timestamp=lma.time_of_day(-lma.validity_window - LATER)).rejected(156)


@against_lma("rfc5213/5.5/timestamp-too-new")
def timestamp_too_new(lma: Lma) -> None:
    lma.node().ask(timestamp=lma.time_of_day(lma.validity_window + LATER)).rejected(156)


@against_lma("rfc5213/5.5/mobile-node-timestamp", configured=OF_MOBILE_NODES)
def mobile_node_timestamp(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=LONG_AGO).accepted().repeats(Timestamp)
    node.ask(timestamp=LONG_AGO + 1).accepted().repeats(Timestamp)
    node.ask(timestamp=LONG_AGO).rejected(157)
    lma.node().ask(timestamp=lma.time_of_day(LATER)).accepted().repeats(Timestamp)


@against_lma("rfc5213/5.5/timestamp-equal")
def timestamp_equal(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(timestamp=node.shared.timestamp).rejected(156)


@against_lma("rfc5213/5.5/timestamp-repeated")
def timestamp_repeated(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=lma.time_of_day() | 0x5A5).accepted().repeats(Timestamp)


@against_lma("rfc5213/5.5/timestamp-lower")
def timestamp_lower(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(timestamp=node.shared.timestamp - 1).rejected(157)


@against_lma("rfc5213/5.5/timestamp-lower-time-of-day")
def timestamp_lower_time_of_day(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    told_time(node.ask(timestamp=lma.time_of_day(-LATER)).rejected(157))


@against_lma("rfc5213/5.5/timestamp-mismatch-time-of-day")
def timestamp_mismatch_time_of_day(lma: Lma) -> None:
    told_time(lma.node().ask(timestamp=lma.time_of_day(-lma.validity_window - LATER)).rejected(156))


@against_lma("rfc5213/5.5/sequence-fall-back")
def sequence_fall_back(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=None, sequence=1000).accepted("fields.sequence = 1000")
    node.ask(timestamp=None, sequence=1000).rejected(135)
    node.ask(timestamp=None, sequence=1001).accepted("fields.sequence = 1001")


@against_lma("rfc5213/5.5/sequence-lower")
def sequence_lower(lma: Lma) -> None:
    node = lma.node()
    node.attach(timestamp=None, sequence=1000)
    node.ask(timestamp=None, sequence=990).rejected(135)
    node.ask(timestamp=None, sequence=1001).accepted()
