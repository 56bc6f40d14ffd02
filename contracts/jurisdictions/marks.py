"""How sure a row is, and what every row read from a file shares.

Confidence marks are kept as the sources gave them: V the controlling text was read, S a secondary source says so,
U unverified. `None` in a table means "not on file", never "none": show it in those words.
"""

from typing import Literal

import msgspec

Confidence = Literal["V", "S", "U"]
Grade = Literal["high", "medium", "low"]
"""How sure a row of a reference table is."""

RuleKind = Literal["STAT", "FED", "RULE", "POL", "REC", "PROT"]


class Loaded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read from a rule file: an unknown word in the file is refused."""
