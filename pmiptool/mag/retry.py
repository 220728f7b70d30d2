"""What a gateway asks once more after a rejection.

RFC 5213 6.9.1.2 (8), (10), RFC 6275 11.7.3, RFC 5844 3.2.3.2, RFC 5845 4.2, RFC 8278 4.4, muho 6.1.
"""

from __future__ import annotations

from dataclasses import replace

from pmiptool.mag import answers
from pmiptool.mag.bul import Request
from pmiptool.mag.config import MagConfig
from pmiptool.mag.extensions import Extensions
from pmiptool.mag.multipath import CANNOT_SUPPORT_MULTIPATH_BINDING
from pmiptool.mag.request import ACT_KEEP, ACT_REMOVE


def again(request: Request, status: int, config: MagConfig, extensions: Extensions) -> tuple[Request | None, str]:
    """The request that follows a rejection with `status`, and why; (None, "") when nothing follows.

    156 is not retried: the clocks have to be set first (RFC 5213 6.9.1.2 (9)).
    """
    once_more = anew(request, config)
    points = config.codepoints
    if status == points.status_mh_not_supported and request.multihoming and config.fallback_without_multihoming:
        once_more.multihoming = False
        return once_more, "multihoming not supported: once more without the option"
    if status == points.status_reinstantiation_not_supported and request.act == ACT_KEEP:
        once_more.act = ACT_REMOVE
        return once_more, "re-instantiation not supported: once more with ACT remove"
    if status == CANNOT_SUPPORT_MULTIPATH_BINDING and request.multipath and config.fallback_without_multihoming:
        once_more.multipath = False
        return once_more, "several paths not supported: once more without the option"
    if request.retries >= config.max_retries:
        return None, ""
    if status == answers.TIMESTAMP_LOWER_THAN_PREV_ACCEPTED and config.timestamps:
        return once_more, "timestamp lower than the last accepted: once more with a new one"
    if status == answers.SEQUENCE_OUT_OF_WINDOW and not config.timestamps:
        return once_more, "sequence number out of window: once more from the anchor's"
    named = any(not prefix.is_any for prefix in request.prefixes)
    if status == answers.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX and request.kind == "attach" and named:
        if config.retry_all_zero:
            once_more.prefixes = ()
            return once_more, "not authorized for the prefix: once more for any prefix"
    changes, reason = extensions.again(request, status)
    return (replace(once_more, **changes), reason) if changes else (None, "")


def anew(request: Request, config: MagConfig) -> Request:
    """The same request as though it had not been sent yet."""
    return replace(request, retries=request.retries + 1, attempts=[], timeout=config.initial_timeout, due=0.0)
