"""Rules on sessions: what only shows over time, among several exchanges. Python functions judge all of them.

The functions stand in `sessions.py` (answers that come late, twice or not at all, and what the gateway sends again),
`watch.py` (prefixes, clocks and sequence numbers) and `watch_flows.py` (filters).
"""

from __future__ import annotations

from dataclasses import replace

from pmiptool.registry.rule import Rule, rule


def _session(where: str, what: str, level: str, sentence: str, field: str | None = None) -> Rule:
    return rule(where, what, level, sentence, scope="session", field=field)


def _mext(where: str, what: str, level: str, sentence: str, field: str | None = "fid") -> Rule:
    return replace(_session(where, what, level, sentence, field), dialect="mext")


# Requests and answers over time
ANSWER_LOST = _session("RFC 5213 5.3.1", "answer-lost", "warning", "Each transmission of a request is answered.")
UNANSWERED = _session("RFC 5213 5.3.1", "unanswered", "error", "A request that is right is answered.")
DEAF = _session("RFC 6275 9.2", "deaf", "error", "An anchor answers also after messages that it cannot parse.")
ANSWER_LATE = _session("RFC 6275 11.8", "answer-late", "warning", "An answer comes before its request is repeated.")
ANSWER_TWICE = _session("RFC 6275 9.5.4", "answer-twice", "warning", "A request is answered once.")
CONTRADICTION = _session("RFC 6275 9.5.4", "answers-contradict", "error",
                         "What an answer has accepted, no other answer to the same request takes back.")  # fmt: skip
UNASKED = _session("RFC 6275 9.5.4", "answer-unasked", "error", "An acknowledgement answers a request.")
ADDRESSES = _session("RFC 5213 5.3.6", "addresses", "error",
                     "An answer goes from where the request went to where it came from.")  # fmt: skip

# What the gateway sends
RATE = _session("RFC 6275 11.8", "rate", "warning",
                "At most 3 updates a second are sent for a mobile node's session.")  # fmt: skip
BACK_OFF = _session("RFC 6275 11.8", "back-off", "warning", "A request is repeated after 1 s at the earliest.")
REPEATED_TIMESTAMP = _session("RFC 5213 6.9.4", "timestamp", "error", "A repeated request has a new timestamp.",
                              "timestamp.timestamp")  # fmt: skip
REPEATED_SEQUENCE = _session("RFC 5213 6.9.4", "sequence", "error",
                             "A repeated request without timestamp has a greater sequence number.",
                             "sequence")  # fmt: skip
EXTENSION_HNP = _session("RFC 5213 6.9.1.3", "session-hnp", "error",
                         "A re-registration names the prefixes that were assigned.", "hnp")  # fmt: skip
REMOVAL_HNP = _session("RFC 5213 6.9.1.4", "session-hnp", "error",
                       "A de-registration names the prefixes that were assigned.", "hnp")  # fmt: skip
OPTION_KEPT = _session("muho 5", "option", "error", "Every request for a multihomed session has a Multihoming option.",
                       "multihoming")  # fmt: skip

# Prefixes, clocks, sequence numbers
HNP_SESSION = _session("RFC 5213 5.3.6", "hnp-session", "error", "A session keeps its prefixes.", "hnp")
HNP_IN_USE = _session("RFC 5213 5.3.2", "hnp-in-use", "error",
                      "A prefix is assigned to one mobile node at a time.", "hnp")  # fmt: skip
SHARED_HNP = _session("muho 1", "shared-hnp", "error", "All interfaces of a multihoming group share one prefix.", "hnp")
NO_OPTION = _session("muho 6.1", "no-option", "warning",
                     "An anchor that understands the Multihoming option answers it.", "multihoming")  # fmt: skip
FOREIGN_REMOVAL = _session("RFC 5213 5.3.5", "foreign-removal", "error",
                           "A de-registration from another care-of address is ignored.")  # fmt: skip
TIMESTAMP_ACCEPTED = _session("RFC 5213 5.5", "timestamp-accepted", "error",
                              "A timestamp that is not greater than the last accepted one is rejected.",
                              "timestamp.timestamp")  # fmt: skip
NEEDLESS_157 = _session("RFC 5213 5.5", "needless-157", "error", "157 answers a timestamp lower than one accepted.",
                        "status")  # fmt: skip
NEEDLESS_156 = _session("RFC 5213 5.5", "needless-156", "warning", "156 answers a timestamp outside of the window.",
                        "status")  # fmt: skip
SEQUENCE_ACCEPTED = _session("RFC 6275 9.5.1", "sequence-accepted", "error",
                             "A sequence number that is not greater than the last accepted one is rejected.",
                             "sequence")  # fmt: skip
NEEDLESS_135 = _session("RFC 6275 9.5.1", "needless-135", "error",
                        "135 answers a sequence number that is not greater than the last accepted one.",
                        "status")  # fmt: skip
LAST_ACCEPTED = _session("RFC 6275 9.5.1", "last-accepted", "error", "135 carries the last accepted sequence number.",
                         "sequence")  # fmt: skip

# Filters
FID_EXISTS = _mext("mext 5.3.2.1", "fid-exists", "error", "Adding a FID that is in use is refused with 135.")
FID_FREE = _mext("mext 5.3.2.1", "fid-free", "error", "Only a FID that is in use is refused with 135.")
FID_ABSENT = _mext("mext 5.3.2.2", "fid-absent", "error", "Modifying a FID that is not there is refused with 136.")
FID_PRESENT = _mext("mext 5.3.2.2", "fid-present", "error", "A FID that was installed is found.")
SUMMARY_UNKNOWN = _mext("mext 5.3.3", "summary-unknown", "error",
                        "A FID of the flow summary that is not there is answered as not found.")  # fmt: skip
REINSTANTIATED_UNASKED = _mext("muho 4.2", "reinstantiated-unasked", "error",
                               "Only filters of a removed interface are re-instantiated.", "fid.pro")  # fmt: skip
FID_UNIQUE = _session("muho 4.2", "fid-unique", "error", "A re-instantiated filter gets a FID that is free.", "fid.fid")
PRI_COPIED = _session("muho 4.2", "pri-copied", "error", "FID-PRI of a re-instantiated filter is the original's.",
                      "fid.pri")  # fmt: skip
ACTION_COPIED = _mext("muho 4.2", "action-copied", "error", "Action of a re-instantiated filter is the original's.",
                      "fid.action")  # fmt: skip
SELECTOR_COPIED = _session("muho 4.1", "selector-copied", "error",
                           "A re-instantiated filter selects what the original did.", "fid")  # fmt: skip
REPEATED = _session("muho 4.2", "announced-changed", "error",
                    "A re-instantiated filter stays as it was announced.", "fid")  # fmt: skip
FILTERS_LOST = _session("muho 4.1", "filters-lost", "error",
                        "Filters that were to be kept are re-instantiated on another interface.", "fid")  # fmt: skip
FILTERS_KEPT = _session("muho 4.1", "filters-kept", "error", "Filters that were to be removed are gone.", "fid")

SESSION_RULES = (
    ANSWER_LOST, UNANSWERED, DEAF, ANSWER_LATE, ANSWER_TWICE, CONTRADICTION, UNASKED, ADDRESSES,
    RATE, BACK_OFF, REPEATED_TIMESTAMP, REPEATED_SEQUENCE, EXTENSION_HNP, REMOVAL_HNP, OPTION_KEPT,
    HNP_SESSION, HNP_IN_USE, SHARED_HNP, NO_OPTION, FOREIGN_REMOVAL,
    TIMESTAMP_ACCEPTED, NEEDLESS_157, NEEDLESS_156, SEQUENCE_ACCEPTED, NEEDLESS_135, LAST_ACCEPTED,
    FID_EXISTS, FID_FREE, FID_ABSENT, FID_PRESENT, SUMMARY_UNKNOWN,
    REINSTANTIATED_UNASKED, FID_UNIQUE, PRI_COPIED, ACTION_COPIED, SELECTOR_COPIED, REPEATED,
    FILTERS_LOST, FILTERS_KEPT,
)  # fmt: skip
