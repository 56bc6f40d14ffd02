"""The receipt code a reporter takes away: made from the tip's reference and a key file, so it is stored nowhere."""

import base64
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect
from services.kernel.keys import Digester

CODE_LENGTH = 16
GROUP = 4
# A code has none of these digits: whoever writes one means the letter.
MEANT = str.maketrans("018", "OIB")
# No tip has it: the work for a wrong code is the work for a right one.
NO_TIP = UUID(int=0)

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES ('receipt', %s, %s)"
_FIND = "SELECT holder FROM reservations WHERE kind = 'receipt' AND value = %s"


class Receipts:
    """Codes of 80 random-looking bits in groups of four letters and digits, for example ABCD-EFGH-IJ23-KLMN."""

    def __init__(self, digester: Digester) -> None:
        self._digester = digester

    def code(self, tip: UUID) -> str:
        """The same for the same tip, so a repeated command is answered with the same code."""
        letters = base64.b32encode(self._digester.digest("receipt", tip.bytes)).decode()[:CODE_LENGTH]
        return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))

    def reservation(self, tip: UUID) -> Effect:
        """Keeps a digest of the code, by which the tip is found again."""
        return Effect(_RESERVE, (self.digest_of(self.code(tip)), tip))

    def digest_of(self, code: str) -> bytes:
        """However the reporter writes it: small letters and missing dashes are all the same."""
        letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(MEANT)
        return self._digester.digest("receipt code", letters.encode())

    async def tip_of(self, code: str, pool: AsyncConnectionPool) -> UUID:
        """`NO_TIP` for a code that nobody was given."""
        async with pool.connection() as connection:
            row = await (await connection.execute(_FIND, (self.digest_of(code),))).fetchone()
        return row[0] if row else NO_TIP
