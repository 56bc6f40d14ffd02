"""The code that proves a channel: made from the proof's reference and a key file, and stored nowhere."""

import hmac
from uuid import UUID

from services.kernel.keys import Digester

DIGITS = 6
"""Few enough to be read to somebody and typed; ten minutes and five tries are too little to guess among a million."""


class ProofCodes:
    """The same code for a proof, however often it is made: sent again after a crash, it is no other."""

    def __init__(self, digester: Digester) -> None:
        self._digester = digester

    def code(self, proof: UUID) -> str:
        """Six digits."""
        number = int.from_bytes(self._digester.digest("channel proof", proof.bytes)[:8], "big")
        return f"{number % 10**DIGITS:0{DIGITS}}"

    def is_code_of(self, proof: UUID, typed: str) -> bool:
        """However it is written: spaces and dashes are passed over."""
        digits = "".join(each for each in typed if each in "0123456789")
        return hmac.compare_digest(digits, self.code(proof))
