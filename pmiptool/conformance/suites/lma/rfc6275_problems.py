"""RFC 6275 9.2: the ICMP errors about messages of a wrong form."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.net.transport import IcmpError

PARAMETER_PROBLEM, ERRONEOUS_FIELD = 4, 0  # type and code, RFC 4443 3.4
IPV6_HEADER = 40  # octets, from where the pointer counts
TCP = 6


def _error_about(lma: Lma, message: bytes) -> IcmpError | None:
    lma.has_checksums()
    lma.send(message)
    lma.wait(lma.settings.silence)
    return lma.icmp


def _other_protocol(lma: Lma) -> bytes:
    return lma.altered(lma.node().pbu(), 0, TCP)


def _short(lma: Lma) -> bytes:
    """8 octets of a Binding Update, which has 12 at least."""
    return lma.summed(lma.altered(lma.node().pbu(), 1, 0)[:8])


def _is_problem(lma: Lma, error: IcmpError | None) -> None:
    fine = error is not None and (error.type, error.code) == (PARAMETER_PROBLEM, ERRONEOUS_FIELD)
    lma.check("an ICMP Parameter Problem, code 0", fine, "none" if error is None else error.text)


def _points_at(lma: Lma, error: IcmpError | None, octet: int) -> None:
    if error is None:
        lma.lacks("it sends no ICMP error")
    assert error is not None
    lma.check(f"pointer {IPV6_HEADER + octet}", error.pointer == IPV6_HEADER + octet, error.pointer)


@against_lma("rfc6275/9.2/payload-proto-parameter-problem")
def payload_proto_problem(lma: Lma) -> None:
    _is_problem(lma, _error_about(lma, _other_protocol(lma)))


@against_lma("rfc6275/9.2/payload-proto-pointer")
def payload_proto_pointer(lma: Lma) -> None:
    _points_at(lma, _error_about(lma, _other_protocol(lma)), 0)


@against_lma("rfc6275/9.2/header-len-parameter-problem")
def header_len_problem(lma: Lma) -> None:
    _is_problem(lma, _error_about(lma, _short(lma)))


@against_lma("rfc6275/9.2/header-len-pointer")
def header_len_pointer(lma: Lma) -> None:
    _points_at(lma, _error_about(lma, _short(lma)), 1)
