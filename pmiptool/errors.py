"""Errors of ours: one base, and each class carries the exit code that the command line ends with.

A message is one sentence: what is wrong, where, and what to do. Users see it on stderr, never a traceback.
"""

from __future__ import annotations


class PmipError(Exception):
    """Base of all errors that we raise on purpose."""

    exit_code = 6


class UsageError(PmipError):
    """A wrong option, an unreadable or malformed file, or a selection that matched nothing."""

    exit_code = 2


class ExchangeFailed(PmipError):
    """The tool worked, but an exchange failed: no answer, a rejection, an ICMPv6 error."""

    exit_code = 3


class EnvironmentLacks(PmipError):
    """A right, tshark or an address is missing; the message names the command that mends it."""

    exit_code = 5
