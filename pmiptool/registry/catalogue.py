"""All entries of all documents, by name and by number."""

from __future__ import annotations

from collections.abc import Iterator

from pmiptool.registry import muho, rfc4283, rfc5094, rfc5149, rfc5213, rfc5648, rfc6089, rfc6275
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.model import CodePoint, Message, Option, SubOption, SubOptionSpace, resolve

MESSAGES: tuple[Message, ...] = rfc6275.MESSAGES
OPTIONS: tuple[Option, ...] = (
    *rfc6275.OPTIONS,
    *rfc4283.OPTIONS,
    *rfc5094.OPTIONS,
    *rfc5149.OPTIONS,
    *rfc5213.OPTIONS,
    *rfc5648.OPTIONS,
    *rfc6089.OPTIONS,
    *muho.OPTIONS,
)
SPACES: dict[str, SubOptionSpace] = {space.key: space for space in rfc6089.SPACES}

OPTION_ALIASES: dict[str, str] = {}
"""Other names that people type for an option."""


def options(settings: CodePoints = DEFAULT) -> Iterator[tuple[int, Option]]:
    """Options with their numbers under these settings, in the dialect set; a code point that is set wins its number."""
    taken = {
        resolve(option.number, settings)
        for option in OPTIONS
        if isinstance(option.number, CodePoint) and option.dialect in (None, settings.wire_dialect)
    }
    for option in OPTIONS:
        number = None if option.number is None else resolve(option.number, settings)
        if number is None or option.dialect not in (None, settings.wire_dialect):
            continue
        if isinstance(option.number, CodePoint) or number not in taken:
            yield number, option


def option_named(name: str, settings: CodePoints = DEFAULT) -> Option | None:
    """The option of that short name in the dialect set."""
    name = OPTION_ALIASES.get(name, name)
    return next((o for o in OPTIONS if o.name == name and o.dialect in (None, settings.wire_dialect)), None)


def message_named(name: str) -> tuple[Message, bool] | None:
    """The message of that name, and whether it is its proxy form (`pbu`, `pba`)."""
    for message in MESSAGES:
        if message.name == name:
            return message, False
        if message.proxy and message.proxy[0] == name:
            return message, True
    return None


def message_names() -> tuple[str, ...]:
    """Every message's name, the proxy forms first."""
    proxies = tuple(message.proxy[0] for message in MESSAGES if message.proxy)
    return proxies + tuple(message.name for message in MESSAGES)


def suboptions(space: SubOptionSpace, settings: CodePoints = DEFAULT) -> Iterator[tuple[int, SubOption]]:
    for entry in space.entries:
        number = None if entry.number is None else resolve(entry.number, settings)
        if number is not None:
            yield number, entry
