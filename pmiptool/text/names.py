"""Names of enumerated numbers: typed by people, never case-sensitive, `-` and `_` alike."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.model import Enumeration

LONGEST = 1e9
"""Seconds, of any time that a file names: a generation, and neither `inf` nor `nan`."""


def plain(name: str) -> str:
    """A name without what people need not get right."""
    return name.strip().lower().replace("_", "-")


def many(count: int, what: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def did_you_mean(word: str, choices: Iterable[str], further: str = "", *, cutoff: float = 0.6) -> str:
    """`; did you mean 'x'?` where one of the choices is near, else nothing; behind it what else the sentence says.

    The choice is shown as it has to be written: `key_file` in a file is no `key-file`.
    """
    spelt = {plain(choice): choice for choice in choices}
    near = difflib.get_close_matches(plain(word), spelt, 1, cutoff)
    if not near:
        return f"; {further}" if further else ""
    return f"; did you mean {spelt[near[0]]!r}?" + (f" ({further})" if further else "")


def nearest_or_all(word: str, choices: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or where none is near all that it may be.

    Half the word is near enough: `mn` for `nm`.
    """
    names = dict.fromkeys(choices)
    return did_you_mean(word, names, cutoff=0.5) or (f"; it may be {', '.join(names)}" if names else "")


def parse_number(what: str, text: str, highest: int, lowest: int = 0) -> int:
    """A number in decimal or with 0x, 0b or 0o, within its range. UsageError names what it is for."""
    try:
        number = int(text.strip(), 0)
    except ValueError:
        raise UsageError(f"{what} is {text!r}; it takes a number from {lowest} to {highest}") from None
    if not lowest <= number <= highest:
        raise UsageError(f"{what} is {number}; it takes a number from {lowest} to {highest}")
    return number


def parse_number_or_name(
    what: str, enumeration: Enumeration, text: str, settings: CodePoints = DEFAULT, highest: int = 255
) -> int:
    """A member's number from its name, or any number up to `highest`. UsageError lists the names."""
    wanted = plain(text)
    for number, member in enumeration.numbered(settings):
        if plain(member.name) == wanted:
            return number
    if wanted[:1].isdigit():
        try:
            return parse_number(what, text, highest)
        except UsageError:
            if wanted.isdigit() or wanted.startswith("0x"):
                raise
    names = ", ".join(f"{member.name} ({number})" for number, member in enumeration.numbered(settings))
    raise UsageError(f"{what} is {text!r}; it takes a number up to {highest} or one of {names}")
