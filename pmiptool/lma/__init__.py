"""The reference local mobility anchor, without I/O (RFC 5213 5, muho 6)."""

from pmiptool.lma.anchor import LocalMobilityAnchor
from pmiptool.lma.config import LmaConfig, config_from, load_config

__all__ = ["LmaConfig", "LocalMobilityAnchor", "config_from", "load_config"]
