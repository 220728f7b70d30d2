"""Every sentence that binds somebody, in our words: the case that observes it, or why there is none.

One YAML file for each document, in the order of its text; `load` reads them all.
"""

from pmiptool.conformance.requirements.model import BECAUSE, NEEDS, Requirement
from pmiptool.conformance.requirements.table import documents, load, read

__all__ = ["BECAUSE", "NEEDS", "Requirement", "documents", "load", "read"]
