"""All entries of all documents, by name and by number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pmiptool.registry import (
    muho,
    rfc3963,
    rfc4283,
    rfc4285,
    rfc4866,
    rfc5026,
    rfc5094,
    rfc5096,
    rfc5142,
    rfc5149,
    rfc5213,
    rfc5555,
    rfc5568,
    rfc5648,
    rfc5844,
    rfc5845,
    rfc5846,
    rfc5847,
    rfc5949,
    rfc6058,
    rfc6089,
    rfc6275,
    rfc6463,
    rfc6602,
    rfc6705,
    rfc6757,
    rfc6909,
    rfc7028,
    rfc7077,
    rfc7109,
    rfc7148,
    rfc7161,
    rfc7222,
    rfc7389,
    rfc7411,
    rfc8127,
    rfc8278,
    rfc8885,
)
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.exchange import Exchange
from pmiptool.registry.model import CodePoint, Message, Option, SubOption, SubOptionSpace, resolve

MESSAGES: tuple[Message, ...] = (
    *rfc6275.MESSAGES,
    *rfc5096.MESSAGES,
    *rfc5142.MESSAGES,
    *rfc5568.MESSAGES,
    *rfc5846.MESSAGES,
    *rfc5847.MESSAGES,
    *rfc6705.MESSAGES,
    *rfc7077.MESSAGES,
    *rfc7109.MESSAGES,
    *rfc7161.MESSAGES,
)
EXCHANGES: tuple[Exchange, ...] = (
    *rfc5213.EXCHANGES,
    *rfc6275.EXCHANGES,
    *rfc5568.EXCHANGES,
    *rfc5846.EXCHANGES,
    *rfc5847.EXCHANGES,
    *rfc6705.EXCHANGES,
    *rfc7077.EXCHANGES,
    *rfc7109.EXCHANGES,
    *rfc7161.EXCHANGES,
)
OPTIONS: tuple[Option, ...] = (
    *rfc6275.OPTIONS,
    *rfc3963.OPTIONS,
    *rfc4283.OPTIONS,
    *rfc4285.OPTIONS,
    *rfc4866.OPTIONS,
    *rfc5026.OPTIONS,
    *rfc5094.OPTIONS,
    *rfc5096.OPTIONS,
    *rfc5149.OPTIONS,
    *rfc5213.OPTIONS,
    *rfc5555.OPTIONS,
    *rfc5568.OPTIONS,
    *rfc5648.OPTIONS,
    *rfc5844.OPTIONS,
    *rfc5845.OPTIONS,
    *rfc5847.OPTIONS,
    *rfc5949.OPTIONS,
    *rfc6058.OPTIONS,
    *rfc6089.OPTIONS,
    *rfc6463.OPTIONS,
    *rfc6602.OPTIONS,
    *rfc6705.OPTIONS,
    *rfc6757.OPTIONS,
    *rfc6909.OPTIONS,
    *rfc7028.OPTIONS,
    *rfc7148.OPTIONS,
    *rfc7161.OPTIONS,
    *rfc7222.OPTIONS,
    *rfc7389.OPTIONS,
    *rfc7411.OPTIONS,
    *rfc8127.OPTIONS,
    *rfc8278.OPTIONS,
    *rfc8885.OPTIONS,
    *muho.OPTIONS,
)
SPACES: dict[str, SubOptionSpace] = {
    space.key: space
    for space in (*rfc6089.SPACES, *rfc5949.SPACES, *rfc6757.SPACES, *rfc6909.SPACES, *rfc7222.SPACES, *rfc8127.SPACES)
}


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


@lru_cache(maxsize=64)
def option_names(settings: CodePoints = DEFAULT) -> dict[int, str]:
    """Number to short name of every option under these settings."""
    return {number: option.name for number, option in options(settings)}


@lru_cache(maxsize=64)
def suboption_names(space: str, settings: CodePoints = DEFAULT) -> dict[int, str]:
    """Number to short name of the sub-options of that space."""
    return {number: entry.name for number, entry in suboptions(SPACES[space], settings)}


_REQUESTS = {exchange.request: exchange for exchange in EXCHANGES}
_ANSWERS = {exchange.answer: exchange for exchange in EXCHANGES}


def role_of(message_name: str, message: object) -> tuple[Exchange, str] | None:
    """The exchange of a message, and which of its two it is: "request" or "answer".

    message_name: as in `Decoded.name`. None for messages of no exchange, and for those whose fields are not there.
    """
    exchange = _REQUESTS.get(message_name) or _ANSWERS.get(message_name)
    if exchange is None or not all(hasattr(message, field) for field in exchange.pairs):
        return None
    if exchange.answer_when is not None:
        return exchange, "answer" if exchange.answer_when.holds(message) else "request"
    return exchange, "request" if exchange.request == message_name else "answer"
