"""Faults whose names have a parameter, in capitals here, and those that only a conformance case finds.

`faults.FAULTS` are found by the rules in any capture that shows them; these take a request that asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pmiptool.lma import fault_conduct as conduct
from pmiptool.lma import fault_header as header
from pmiptool.lma import fault_ipv4 as ipv4
from pmiptool.lma import fault_messages as messages
from pmiptool.lma import fault_requests as requests
from pmiptool.lma import fault_sessions as sessions
from pmiptool.lma import fault_steering as steering
from pmiptool.lma.fault_behaviour import Behaviour
from pmiptool.lma.fault_flows import FLOW_FAMILIES
from pmiptool.registry.codepoints import CodePoints

Make = Callable[[str, CodePoints], Behaviour]

FAMILIES: dict[str, tuple[str, Make]] = {
    "without-OPTION": ("A PBA has no option of this short name: without-hi.", messages.Without),
    "extra-OPTION": ("A PBA has one more option of this name, a copy or made up: extra-timestamp.", messages.Extra),
    "changed-OPTION": ("An option of a PBA, or its FIELD, has another value: changed-att, changed-hi.reserved.",
                       messages.Changed),
    "cut-OPTION": ("An option of a PBA is one octet shorter, and its length says so: cut-hnp.", messages.Cut),
    "unaligned-OPTION": ("An option of a PBA stands one octet behind its place: unaligned-hnp.", messages.Unaligned),
    "with-FIELD=N": ("A field of a PBA, or of its options, is N: with-status=128, with-timestamp.timestamp=0.",
                     messages.With),
    "wrong-status-STATUS": ("What is answered with STATUS gets 128 in its place (129 for 128): wrong-status-155.",
                            messages.WrongStatus),
    "lenient-STATUS": ("What is to be rejected with STATUS is said to be accepted: lenient-158.", messages.Lenient),
    "rejects-WHAT": (
        "A sound request gets 128 if it is an attachment, renewal, handover, revival or deregistration, "
        "carries an option of this name, or sets reserved bits: rejects-renewal, rejects-vendor, rejects-reserved; "
        "joined by + all of it: rejects-renewal+vendor.",
        conduct.Rejects,
    ),
    "deaf-to-WHAT": ("Likewise, or if it is a message of this name, it gets no answer: deaf-to-bri.", conduct.DeafTo),
    "pretends-WHAT": ("Likewise, it is said to be accepted, and nothing is done: pretends-handover.", conduct.Pretends),
    "crashes-at-WHAT": ("Likewise, and from then on nothing is answered any more.", conduct.CrashesAt),
    "crashes-after-N": ("After N messages nothing is answered any more: crashes-after-3.", conduct.CrashesAfter),
    "chokes-on-OPTION=N": (
        "An option of this name has a length octet of N: from then on nothing is answered any more: chokes-on-fid=0.",
        conduct.ChokesOn,
    ),
    "blind-to-OPTION": ("An option of a request is passed over: blind-to-alt-coa.", conduct.BlindTo),
    "secretly-TABLE.KEY=VALUE": (
        "A setting is another than its configuration says: secretly-timers.min_delay_before_bce_delete=0.",
        conduct.Secretly,
    ),
    "answers-ignored": ("What must be ignored in silence is answered with 128.", conduct.AnswersIgnored),
    "forgets-bindings": ("Each request finds that its mobile node has no binding.", conduct.ForgetsBindings),
    "forgets-when-rejecting": ("A rejection ends the bindings of the mobile node.", conduct.ForgetsWhenRejecting),
    "always-new-session": ("Each request without Multihoming option is one for a new session.",
                           conduct.AlwaysNewSession),
    "always-same-session": ("Each request without Multihoming option is one for the session that there is.",
                            conduct.AlwaysSameSession),
    "never-expires": ("A binding outlives its lifetime.", conduct.NeverExpires),
    "expires-early": ("A binding ends after half its lifetime.", conduct.ExpiresEarly),
    "forgets-after-WHAT": ("An attachment, renewal or another kind of request is answered, and then the bindings "
                           "of the mobile node end: forgets-after-deregistration.", sessions.ForgetsAfter),
    "one-prefix-for-all": ("Whoever asks for any prefix is told the same.", sessions.OnePrefixForAll),
    "takes-prefix-of-another": ("Who names a prefix of another mobile node gets its session.",
                                sessions.TakesPrefixOfAnother),
    "registers-when-rejecting": ("A rejected request makes an entry all the same.", sessions.RegistersWhenRejecting),
    "keeps-interface": ("An entry keeps the interface of the request that made it.", sessions.KeepsInterface),
    "remembers-timestamps": ("A timestamp counts although a request without one came since.",
                             sessions.RemembersTimestamps),
    "sequence-per-node": ("All sessions of a mobile node share their last sequence number.",
                          sessions.SequencePerNode),
    "rejects-other-order": ("Options in another order than MN-ID, prefixes, HI, ATT get 128.",
                            sessions.RejectsOtherOrder),
    "rejects-odd-places": ("A handoff indicator or access technology type that is not at 4n gets 128.",
                           sessions.RejectsOddPlaces),
    "answers-from-elsewhere": ("A PBA comes from another address.", sessions.AnswersFromElsewhere),
    "answers-to-care-of-address": ("A PBA goes to the care-of address that the PBU names.",
                                   sessions.AnswersToCareOfAddress),
    **header.FAMILIES,
    **requests.FAMILIES,
    **ipv4.FAMILIES,
    **FLOW_FAMILIES,
    **steering.FAMILIES,
}  # fmt: skip
"""Each family by its pattern: a sentence and what makes it."""

NARROWED = "in-WHERE:FAULT"
LISTED = {pattern: sentence for pattern, (sentence, _) in FAMILIES.items()} | {
    NARROWED: "One of with, without, extra, changed, cut, wrong-status in some answers only: acceptance, rejection, "
    "renewal or another kind, or in other messages: in-rejection:without-hnp, in-bri:changed-mn-id."
}
"""Every family and what it does."""

_PREFIXES = sorted(((re.split("[A-Z]", pattern)[0], pattern) for pattern in FAMILIES), reverse=True)


def family_of(name: str) -> tuple[str, str] | None:
    """The pattern and the parameter of a name; None where no family has it."""
    if name.startswith("in-") and ":" in name:
        return NARROWED, name[3:]
    for prefix, pattern in _PREFIXES:
        if name == pattern if prefix == pattern else name.startswith(prefix) and len(name) > len(prefix):
            return pattern, name[len(prefix) :]
    return None


def make(name: str, settings: CodePoints) -> Behaviour | None:
    """The fault of a name at work; None where no family has it. Raises UsageError for a wrong parameter."""
    found = family_of(name)
    if found is None:
        return None
    pattern, parameter = found
    if pattern == NARROWED:
        where, _, rest = parameter.partition(":")
        inner = make(rest, settings)
        return None if inner is None else messages.In(where, inner)
    return FAMILIES[pattern][1](parameter, settings)
