"""The code with which one person answers one proposal for one seat: made from the proposal and a key file.

It is stored nowhere and can be made again, so that a message which is sent twice holds the same code. An ask is found
again by a keyed digest of the code, which is the reference of its stream.
"""

import base64
from uuid import UUID

from services.kernel.keys import Digester

CODE_LENGTH = 28
"""Letters of five bits each: 140 bits that nobody guesses."""

GROUP = 4

REPLY_DIGITS = 6
"""Few enough to be typed into a message at night. Without the address it is taken from it is worth nothing, and five
tries find one among a million."""
# A code has none of these digits: whoever writes one means the letter.
MEANT = str.maketrans("018", "OIB")


class AskCodes:
    """Codes in groups of four letters and digits, for example ABCD-EFGH-IJ23-KLMN-OPQR-STUV-WXYZ."""

    def __init__(self, digester: Digester) -> None:
        self._digester = digester

    def code(self, proposal: UUID) -> str:
        """Of the proposal that is recorded by this event."""
        letters = base64.b32encode(self._digester.digest("ask", proposal.bytes)).decode()[:CODE_LENGTH]
        return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))

    def reply_code(self, proposal: UUID) -> str:
        """The short one, of the same proposal, for writing back: it tells nothing of the long one."""
        number = int.from_bytes(self._digester.digest("ask reply", proposal.bytes)[:8], "big")
        return f"{number % 10**REPLY_DIGITS:0{REPLY_DIGITS}}"

    def ask_of(self, code: str) -> UUID:
        """However it is written: small letters and missing dashes are all the same."""
        letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(MEANT)
        return UUID(bytes=self._digester.digest("ask code", letters.encode())[:16], version=4)
