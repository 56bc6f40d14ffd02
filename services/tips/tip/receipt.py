"""The receipt code a reporter takes away: made from the tip's reference and a key file, so it is stored nowhere."""

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, post
from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect
from services.kernel.http.problems import NotFound
from services.kernel.keys import Digester
from services.kernel.store import EventStore, Kind
from services.tips.tip.state import Tip, evolve

CODE_LENGTH = 12
GROUP = 4
TIP = Kind("tip", Tip(), evolve)

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES ('receipt', %s, %s)"


class Receipts:
    """Codes of 60 random-looking bits in groups of four letters and digits, for example ABCD-EFGH-IJ23."""

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
        letters = "".join(letter for letter in code.upper() if letter.isalnum())
        return self._digester.digest("receipt code", letters.encode())


class ShowReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code the reporter was given. It goes in the body, so no log or address bar keeps it."""

    receipt_code: Annotated[str, msgspec.Meta(min_length=CODE_LENGTH, max_length=40)]


class ReceiptPage(msgspec.Struct, frozen=True):
    """All a reporter learns: that the tip is on record since when, and that someone has looked at it."""

    received_at: datetime
    looked_at: bool


class ReceiptController(Controller):
    """Open to the reporter, who has no account."""

    path = "/receipts"
    tags = ["Receipts"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "show_receipt"}, status_code=200)
    async def show(
        self, data: ShowReceipt, receipts: Receipts, pool: AsyncConnectionPool, store: EventStore
    ) -> ReceiptPage:
        """Tells the reporter that the tip arrived."""
        async with pool.connection() as connection:
            found = await connection.execute(
                "SELECT holder FROM reservations WHERE kind = 'receipt' AND value = %s",
                (receipts.digest_of(data.receipt_code),),
            )
            row = await found.fetchone()
        if row is None:
            raise NotFound
        loaded = await store.load(TIP, row[0])
        if loaded.state.received_at is None:
            raise NotFound
        return ReceiptPage(loaded.state.received_at, bool(loaded.state.screened_age))
