"""The reference mobile access gateway, without I/O (RFC 5213 6, muho 5)."""

from pmiptool.mag.config import MagConfig, MnProfile
from pmiptool.mag.gateway import MobileAccessGateway

__all__ = ["MagConfig", "MnProfile", "MobileAccessGateway"]
