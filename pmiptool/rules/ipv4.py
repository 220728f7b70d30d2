"""Rules of RFC 5844 (IPv4 home addresses) and RFC 5845 (GRE keys) on messages and on answers to their requests.

An anchor that knows neither skips their options (RFC 6275 6.2.1) and is right: what it must say begins with what it
says of them. `watch_ipv4.py` has what only shows over time.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmiptool.registry.rfc5845 import BA_T, BU_T
from pmiptool.registry.rule import Bits, Expr, F, Rule, all_of, any_of, count, each, has, implies, no, present, rule
from pmiptool.rules.context import Context
from pmiptool.rules.exchanges import ACCEPTED, BEFORE_HNP, REJECTED, REMOVAL, exchange
from pmiptool.rules.judge import found
from pmiptool.rules.messages import PBA, PBU
from pmiptool.rules.view import View
from pmiptool.text.values import octets_text
from pmiptool.wire.finding import Finding

ASKED, GIVEN, ROUTER, DHCP, GRE = (
    "ipv4-hoa-request", "ipv4-hoa-reply", "ipv4-default-router", "ipv4-dhcp-mode", "gre-key",
)  # fmt: skip
NONE = bytes(4)
ADDRESS, LENGTH = f"{GIVEN}.ipv4_home_address", f"{GIVEN}.prefix_length"
_WANTED, _WANTED_LENGTH = f"request:{ASKED}.ipv4_home_address", f"request:{ASKED}.prefix_length"
_ONE: Expr = count(f"request:{ASKED}") == 1
_KEY, _WANTED_KEY = F(f"{GRE}.gre_key.@size"), F(f"request:{GRE}.gre_key.@size")


def _message(where: str, what: str, level: str, sentence: str, holds: Expr, field: str, messages: tuple[str, ...]
             ) -> Rule:  # fmt: skip
    return rule(where, what, level, sentence, holds, messages=messages, field=field)


MESSAGES = (
    _message("RFC 5844 3.2.3.1", "one-request", "error", "At most one IPv4 home address is asked for.",
             count(ASKED) <= 1, ASKED, PBU),
    _message("RFC 5844 3.2.3.1", "any-length", "error", "The prefix length is 0 where any IPv4 home address will do.",
             each(ASKED, implies(F(".ipv4_home_address") == NONE, F(".prefix_length") == 0)),
             f"{ASKED}.prefix_length", PBU),
    _message("RFC 5844 3.2.3.1", "named-length", "warning",
             "A named IPv4 home address has the prefix length of its network.",
             each(ASKED, implies(F(".ipv4_home_address") != NONE, F(".prefix_length") > 0)),
             f"{ASKED}.prefix_length", PBU),
    _message("RFC 5844 3.1.2.6", "status-accepted", "error", "An accepting answer gives the IPv4 home address (0).",
             implies(ACCEPTED, each(GIVEN, F(".status") == 0)), f"{GIVEN}.status", PBA),
    _message("RFC 5844 3.1.2.6", "status-rejected", "error", "A rejecting answer gives no IPv4 home address.",
             implies(REJECTED, each(GIVEN, F(".status") >= 128)), f"{GIVEN}.status", PBA),
    _message("RFC 5844 3.1.2.6", "address-given", "error", "The IPv4 home address given is not 0.0.0.0.",
             each(GIVEN, implies(F(".status") < 128, F(".ipv4_home_address") != NONE)), ADDRESS, PBA),
    _message("RFC 5844 3.1.2.6", "length-given", "error", "The IPv4 home address given has a prefix length.",
             each(GIVEN, implies(F(".status") < 128, F(".prefix_length") > 0)), LENGTH, PBA),
    _message("RFC 5844 3.1.2.6", "one-reply", "error", "At most one IPv4 home address is given.",
             implies(ACCEPTED, count(GIVEN) <= 1), GIVEN, PBA),
    _message("RFC 5844 3.1.2.6", "router-missing", "error", "With an IPv4 home address comes its default router.",
             implies(all_of(F("status") == 0, present(GIVEN)), present(ROUTER)), ROUTER, PBA),
    _message("RFC 5844 3.1.2.6", "router-rejected", "error", "A rejecting answer names no IPv4 default router.",
             implies(REJECTED, no(present(ROUTER))), ROUTER, PBA),
    _message("RFC 5844 3.1.2.6", "router-alone", "error", "An IPv4 default router is that of an IPv4 home address.",
             implies(present(ROUTER), present(GIVEN)), ROUTER, PBA),
    _message("RFC 5844 3.3.3", "router-zero", "error", "The IPv4 default router is not 0.0.0.0.",
             F(f"{ROUTER}.ipv4_default_router_address") != NONE, ROUTER, PBA),
    _message("RFC 5844 3.3.4", "dhcp-alone", "warning", "The DHCP support mode is said of an IPv4 home address.",
             implies(present(DHCP), all_of(ACCEPTED, present(GIVEN))), DHCP, PBA),
    _message("RFC 5845 4.2", "deregistration", "warning", "A de-registration has no GRE Key option.",
             implies(F("lifetime") == 0, no(present(GRE))), GRE, PBU),
    _message("RFC 5845 5.2", "not-required", "error", "With GRE_KEY_OPTION_NOT_REQUIRED comes no GRE Key option.",
             implies(F("status") == 2, no(present(GRE))), GRE, PBA),
    _message("RFC 5845 6.4", "tlv-not-supported", "error",
             "Status 3 agrees on GRE (the option is there) and not on the TLV header (T flag clear).",
             implies(F("status") == 3, all_of(present(GRE), Bits("flags", BA_T) == 0)), "status", PBA),
)  # fmt: skip

# What an anchor judges before it comes to IPv4 (RFC 5213 5.3.1).
_BEFORE_IPV4 = (*BEFORE_HNP, 160, 161, 162)

IPV4 = (
    exchange("RFC 5844 3.1.2.6", "reply-missing", "warning",
             "An IPv4 Home Address Request is answered by an IPv4 Home Address Reply.",
             implies(all_of(present(f"request:{ASKED}"), any_of(no(REMOVAL), F(_WANTED) != NONE)), present(GIVEN)),
             GIVEN),
    exchange("RFC 5844 3.1.2.6", "reply-rejecting", "error",
             "A rejection for IPv4 has the IPv4 Home Address Reply that says so.",
             implies(all_of(F("status").isin(170, 171, 173), present(f"request:{ASKED}")), present(GIVEN)), GIVEN),
    exchange("RFC 5844 3.1.2.6", "reply-unasked", "error",
             "An IPv4 Home Address Reply answers an IPv4 Home Address Request.",
             implies(present(GIVEN), present(f"request:{ASKED}")), GIVEN),
    exchange("RFC 5844 3.1.2.2", "address-named", "error", "The IPv4 home address given is the one asked for by value.",
             implies(all_of(ACCEPTED, F(f"{GIVEN}.status") < 128, F(_WANTED) != NONE), F(ADDRESS) == F(_WANTED)),
             ADDRESS),
    exchange("RFC 5844 3.1.2.6", "request-repeated", "error",
             "A rejecting answer repeats the IPv4 home address and the prefix length of the request.",
             implies(all_of(REJECTED, _ONE, present(GIVEN)),
                     all_of(F(ADDRESS) == F(_WANTED), F(LENGTH) == F(_WANTED_LENGTH))), ADDRESS),
    exchange("RFC 5844 3.1.2.6", "replies", "error", "A rejecting answer has a reply for each IPv4 home address asked.",
             implies(all_of(REJECTED, present(GIVEN)), count(GIVEN) == count(f"request:{ASKED}")), GIVEN),
    exchange("RFC 5844 3.1.2.2", "status-129", "error", "171 comes with status 129 in the IPv4 Home Address Reply.",
             implies(F("status") == 171, F(f"{GIVEN}.status") == 129), f"{GIVEN}.status"),
    exchange("RFC 5844 3.1.2.2", "status-128", "warning",
             "130 for want of IPv4 home addresses comes with status 128 in the IPv4 Home Address Reply.",
             implies(all_of(F("status") == 130, F(_WANTED) == NONE), F(f"{GIVEN}.status") == 128), f"{GIVEN}.status"),
    exchange("RFC 5844 3.1.2.6", "hnp-unasked", "error", "An answer to a request for IPv4 alone has no prefix.",
             implies(all_of(no(present("request:hnp")), present(f"request:{ASKED}"), present(GIVEN)),
                     no(present("hnp"))), "hnp"),
    exchange("RFC 5844 3.1.2.1", "several", "error", "A request for several IPv4 home addresses is rejected with 173.",
             implies(all_of(count(f"request:{ASKED}") > 1, any_of(present(GIVEN), F("status") >= 170)),
                     F("status").isin(170, 172, 173, *_BEFORE_IPV4)), "status"),
    exchange("RFC 5844 3.1.2.1", "needless-158", "error",
             "158 answers a request with neither a prefix nor an IPv4 home address.",
             implies(all_of(F("status") == 158, present(GIVEN)), no(present(f"request:{ASKED}"))), "status"),
    exchange("RFC 5844 3.1.2.1", "needless-170", "error",
             "170 and 171 answer a request for an IPv4 home address.",
             implies(F("status").isin(170, 171), present(f"request:{ASKED}")), "status"),
    exchange("RFC 5844 3.1.2.2", "needless-171", "warning", "171 answers a request for an IPv4 home address by value.",
             implies(F("status") == 171, F(_WANTED) != NONE), "status"),
    exchange("RFC 5844 3.1.2.1", "needless-172", "error", "172 answers a request for a prefix.",
             implies(F("status") == 172, present("request:hnp")), "status"),
    exchange("RFC 5844 3.1.2.1", "needless-173", "error", "173 answers a request for several IPv4 home addresses.",
             implies(F("status") == 173, count(f"request:{ASKED}") > 1), "status"),
)  # fmt: skip

KEYS = (
    exchange("RFC 5845 3.3.2", "option-unasked", "error", "A GRE Key option answers one of the request.",
             implies(present(GRE), present(f"request:{GRE}")), GRE),
    exchange("RFC 5845 3.3.1", "key-missing", "error", "A key for the downlink is answered by one for the uplink.",
             implies(all_of(ACCEPTED, _WANTED_KEY > 0), _KEY > 0), GRE),
    exchange("RFC 5845 3.2", "key-unasked", "error", "GRE encapsulation without keys is answered without a key.",
             implies(all_of(ACCEPTED, _WANTED_KEY == 0), _KEY == 0), GRE),
    exchange("RFC 5845 6.4", "needless-2", "error", "GRE_KEY_OPTION_NOT_REQUIRED answers a GRE Key option.",
             implies(F("status") == 2, present(f"request:{GRE}")), "status"),
    exchange("RFC 5845 6.4", "needless-3", "error", "Status 3 answers a GRE Key option and the T flag.",
             implies(F("status") == 3, all_of(present(f"request:{GRE}"), has("request:flags", BU_T))), "status"),
    exchange("RFC 5845 5.2", "needless-163", "error", "GRE_KEY_OPTION_REQUIRED answers a request without the option.",
             implies(F("status") == 163, no(present(f"request:{GRE}"))), "status"),
    exchange("RFC 5845 7.2", "t-flag-unasked", "error", "The T flag of an answer answers that of the request.",
             implies(has("flags", BA_T), has("request:flags", BU_T)), "flags"),
)  # fmt: skip

NOT_IPV4 = exchange("RFC 5844 3.1.2.1", "not-ipv4", "error",
                    "A mobile node without IPv4 service that asks for an address is rejected with 170.", None,
                    "status")  # fmt: skip
NOT_IPV6 = exchange("RFC 5844 3.1.2.1", "not-ipv6", "error",
                    "A mobile node without IPv6 service that asks for a prefix is rejected with 172.", None,
                    "status")  # fmt: skip
KEY_REQUIRED = exchange("RFC 5845 5.2", "key-required", "error",
                        "A request without GRE key is rejected with 163 where one is required.", None,
                        "status")  # fmt: skip
NEEDLESS = exchange("RFC 5844 3.1.2.1", "needless-refusal", "warning",
                    "170 and 172 answer what the LMA's configuration refuses.", None, "status")  # fmt: skip
NEEDLESS_KEY = exchange("RFC 5845 5.2", "needless-refusal", "warning",
                        "163 answers for whom the LMA's configuration requires GRE keys.", None,
                        "status")  # fmt: skip
JUDGED = (NOT_IPV4, NOT_IPV6, KEY_REQUIRED, NEEDLESS, NEEDLESS_KEY)
"""Judged by `judge` below."""


def judge(request: View, answer: View, context: Context) -> Iterator[Finding]:
    """What the LMA's configuration refuses; silent where it is unknown, and where another reason came first."""
    mn_id = request.value("mn-id")
    service = context.knowledge.services.get(mn_id.identifier) if mn_id is not None else None
    if service is None or request.name != "pbu" or not request.message.lifetime:
        return
    status, name = answer.message.status, octets_text(mn_id.identifier)
    asks4, asks6, key = bool(request.named(ASKED)), bool(request.named("hnp")), bool(request.named(GRE))
    for rule_, refused, code, needless in (
        (NOT_IPV4, asks4 and service.ipv4 is False, 170, service.ipv4),
        (NOT_IPV6, asks6 and service.ipv6 is False, 172, service.ipv6),
        (KEY_REQUIRED, not key and service.gre is True, 163, service.gre is False),
    ):
        if refused and status < 128:
            yield found(rule_, f"the answer has {status} for {name}")
        elif needless and status == code:
            yield found(NEEDLESS_KEY if code == 163 else NEEDLESS, f"the answer has {status} for {name}")


RULES = (*MESSAGES, *IPV4, *KEYS, *JUDGED)
