"""RFC 4285, authentication protocol for Mobile IPv6: the authentication and the replay protection option."""

from pmiptool.registry.model import Enumeration, Member, Option, Rest, clause, u8, u32
from pmiptool.registry.rule import F, Unique, all_of, count, each, implies, rule

AUTH_SUBTYPE = Enumeration(
    "auth-subtype",
    "Whom a mobility message authentication option authenticates",
    Member(1, "mn-ha", "Mobile node and home agent", "RFC 4285"),
    Member(2, "mn-aaa", "Mobile node and AAA server", "RFC 4285"),
)

MN_HA, MN_AAA = 1, 2

AUTH = Option(
    "auth", "Mobility Message Authentication", 9, clause("RFC 4285 5"),
    align=(4, 1), carried_in=("binding-update", "binding-ack", "pbu", "pba"),
    note="one of each subtype; the last option of a message, MN-HA before MN-AAA",
    fields=(
        u8("subtype", "Whom it authenticates", enum=AUTH_SUBTYPE),
        u32("mobility_spi", "Mobility security parameter index; 0 to 255 are reserved"),
        Rest("authentication_data", "Authentication data"),
    ),
    value="MessageAuthentication",
    rules=(
        rule("RFC 4285 5", "subtype-twice", "error", "Authentication options of one message have different sub-types.",
             Unique("auth.subtype"), field="auth"),
        rule("RFC 4285 5.1", "last", "error", "MN-HA authentication alone is the last option.",
             each("auth", implies(all_of(F(".subtype") == MN_HA, count("auth") <= 1), F(".@after") == 0)),
             field="auth"),
        rule("RFC 4285 5.2", "last", "error", "MN-AAA authentication is the last option, behind MN-HA.",
             each("auth", implies(F(".subtype") == MN_AAA, F(".@after") == 0)), field="auth"),
        rule("RFC 4285 5.2", "in-answer", "error", "An acknowledgement has no MN-AAA authentication.",
             each("auth", F(".subtype") != MN_AAA), messages=("binding-ack", "pba"), field="auth.subtype"),
    ),
)  # fmt: skip

MESG_ID = Option(
    "mesg-id", "Mobility Message Replay Protection", 10, clause("RFC 4285 6"),
    align=(8, 2), carried_in=("binding-update", "binding-ack", "pbu", "pba"), at_most=1, at_most_stated=False,
    note="an NTP timestamp (RFC 1305), which counts from 1900, not the timestamp of RFC 5213 8.8",
    fields=(
        u32("seconds", "Seconds since 1900-01-01 UTC"),
        u32("fraction", "Fraction of a second, in units of 2^-32 s"),
    ),
    value="ReplayProtection",
)  # fmt: skip

OPTIONS = (AUTH, MESG_ID)
