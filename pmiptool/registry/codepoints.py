"""Code points that no registry has assigned, as settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from pmiptool.errors import UsageError

DIALECTS = ("mext", "rfc6089", "auto")
LENGTH_UNITS = ("octets", "units-of-8")
RANGES = {
    "multihoming_option_type": (2, 255),
    "status_mh_not_supported": (128, 255),
    "status_reinstantiation_not_supported": (128, 255),
    "flow_identification_option_type": (2, 255),
    "flow_summary_option_type": (2, 255),
    "flow_description_suboption": (17, 32),
    "fid_status_bid_unknown": (128, 255),
    "reinstantiated_status": (0, 127),
    "pro_delete": (3, 15),
}
_SPACES = (
    ("multihoming_option_type", "flow_identification_option_type", "flow_summary_option_type"),
    ("status_mh_not_supported", "status_reinstantiation_not_supported"),
)


@dataclass(frozen=True)
class CodePoints:
    """The numbers and the dialect in force. Immutable, hashable: codecs are cached by it.

    `fid_status_bid_unknown` None means the dialect's own: 129 in mext, 131 in rfc6089.
    """

    multihoming_option_type: int = 200
    status_mh_not_supported: int = 250
    status_reinstantiation_not_supported: int = 251
    flow_identification_option_type: int = 45
    flow_summary_option_type: int = 44
    dialect: str = "mext"
    fid_length_unit: str = "octets"
    flow_description_suboption: int = 17
    fid_status_bid_unknown: int | None = None
    reinstantiated_status: int = 0
    pro_delete: int | None = None

    @property
    def wire_dialect(self) -> str:
        """The dialect to speak: `auto` starts as mext until a peer has been heard."""
        return "rfc6089" if self.dialect == "rfc6089" else "mext"

    @property
    def bid_unknown(self) -> int:
        if self.fid_status_bid_unknown is not None:
            return self.fid_status_bid_unknown
        return 131 if self.wire_dialect == "rfc6089" else 129


DEFAULT = CodePoints()
KEYS = tuple(field.name for field in fields(CodePoints))


def _checked(key: str, value: object) -> int | str:
    if key not in KEYS:
        raise UsageError(f"code point {key!r} does not exist; the keys are {', '.join(KEYS)}")
    if key in ("dialect", "fid_length_unit"):
        choices = DIALECTS if key == "dialect" else LENGTH_UNITS
        if value not in choices:
            raise UsageError(f"code point {key} is {value!r}; it takes {', '.join(choices)}")
        return str(value)
    low, high = RANGES[key]
    try:
        number = int(value, 0) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise UsageError(f"code point {key} is {value!r}; it takes a number from {low} to {high}")
    return number


def code_points(settings: Mapping[str, object], base: CodePoints = DEFAULT) -> CodePoints:
    """Settings from a file or the command line, checked: keys, ranges, and that no number stands twice.

    Raises UsageError naming the key, or both keys where two have one number.
    """
    values = {field.name: getattr(base, field.name) for field in fields(CodePoints)}
    for key, value in settings.items():
        values[key] = _checked(key, value)
    for space in _SPACES:
        seen: dict[object, str] = {}
        for key in space:
            if values[key] in seen:
                raise UsageError(
                    f"code points {seen[values[key]]} and {key} are both {values[key]}; give each a number of its own"
                )
            seen[values[key]] = key
    return CodePoints(**values)


def clashes(settings: CodePoints) -> list[str]:
    """One sentence for each setting that takes a number of the IANA registry: the setting wins."""
    from pmiptool.registry.catalogue import OPTIONS

    sentences = []
    for key in _SPACES[0]:
        number = getattr(settings, key)
        for option in OPTIONS:
            if option.number == number:
                sentences.append(
                    f"{key} = {number} takes the number of {option.title} ({option.clause}); the setting wins"
                )
    return sentences
