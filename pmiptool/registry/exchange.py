"""Which message answers which: an exchange stands beside its messages, in the file of the document that defines it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pmiptool.registry.model import Clause

if TYPE_CHECKING:
    from pmiptool.registry.rule import Rule

MN, MAG, LMA, CN = "mn", "mag", "lma", "cn"
"""Roles: mobile node, mobile access gateway or access router, anchor or home agent, correspondent node."""


@dataclass(frozen=True)
class When:
    """The bits of `mask` in a message's field have this value."""

    field: str
    mask: int
    value: int

    def holds(self, message: object) -> bool:
        """False also where there is no such field, as in a message that was cut."""
        seen = getattr(message, self.field, None)
        return isinstance(seen, int) and seen & self.mask == self.value


@dataclass(frozen=True)
class Exchange:
    """A request and the message that answers it.

    request, answer: names of messages; one name where `answer_when` tells them apart (heartbeats).
    pairs: the fields that an answer copies from its request, and by which they are matched.
    mn_id: the MN-ID option tells two requests of one number apart, so that it is matched too.
    ways: who asks whom, as (from, to). asks_when: what in a request asks for an answer (None: every request is
    answered). unsolicited_when: what in an answer says that it answers no request.
    repeats_same: a request that is sent again is the same in `pairs`; else it is a new one.
    repeat_when: what in a request says that it is sent again.
    rules: what an answer must have for its request, of scope "exchange"; they are about `request`.
    """

    name: str
    title: str
    clause: Clause
    request: str
    answer: str
    pairs: tuple[str, ...] = ("sequence",)
    mn_id: bool = True
    ways: tuple[tuple[str, str], ...] = ((LMA, MAG),)
    answer_when: When | None = None
    asks_when: When | None = None
    unsolicited_when: When | None = None
    repeats_same: bool = True
    repeat_when: When | None = None
    rules: tuple[Rule, ...] = ()
