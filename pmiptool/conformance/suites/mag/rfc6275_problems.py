"""RFC 6275 9.2: the ICMP errors about messages of a wrong form."""

from __future__ import annotations

from collections.abc import Callable

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.net.transport import IcmpError

PARAMETER_PROBLEM, ERRONEOUS_FIELD = 4, 0  # type and code, RFC 4443 3.4
IPV6_HEADER = 40  # octets, from where the pointer counts
TCP = bytes((6,))


def _other_protocol(data: bytes) -> bytes:
    return TCP + data[1:]


def _short(data: bytes) -> bytes:
    """8 octets of an acknowledgement, which has 12 at least."""
    return data[:1] + b"\0" + data[2:8]


def _error_about(mag: Mag, octets: Callable[[bytes], bytes]) -> IcmpError | None:
    """What the MAG says by ICMP of an answer with these octets."""
    mag.has_checksums()
    mag.node().attach().answer(octets=lambda data: mag.summed(octets(data)))
    mag.pause(mag.settings.silence)
    return mag.icmp


def _is_problem(mag: Mag, error: IcmpError | None) -> None:
    fine = error is not None and (error.type, error.code) == (PARAMETER_PROBLEM, ERRONEOUS_FIELD)
    mag.check("an ICMP Parameter Problem, code 0", fine, "none" if error is None else error.text)


def _points_at(mag: Mag, error: IcmpError | None, octet: int) -> None:
    if error is None:
        mag.lacks("it sends no ICMP error")
    assert error is not None
    mag.check(f"pointer {IPV6_HEADER + octet}", error.pointer == IPV6_HEADER + octet, error.pointer)


@against_mag("rfc6275/9.2/mag-payload-proto-parameter-problem")
def payload_proto_problem(mag: Mag) -> None:
    _is_problem(mag, _error_about(mag, _other_protocol))


@against_mag("rfc6275/9.2/mag-payload-proto-pointer")
def payload_proto_pointer(mag: Mag) -> None:
    _points_at(mag, _error_about(mag, _other_protocol), 0)


@against_mag("rfc6275/9.2/mag-header-len-parameter-problem")
def header_len_problem(mag: Mag) -> None:
    _is_problem(mag, _error_about(mag, _short))


@against_mag("rfc6275/9.2/mag-header-len-pointer")
def header_len_pointer(mag: Mag) -> None:
    _points_at(mag, _error_about(mag, _short), 1)
