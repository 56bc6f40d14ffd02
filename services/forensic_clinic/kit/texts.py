"""What was written of a kit in free words: numbers, reasons, statements. Opened for whoever works with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.language import Event, Personal
from services.forensic_clinic.kit.kits import Kits
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import SealedText
from services.kernel.stored_form import Happening


class TextOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed text; null where a court had it destroyed. `handover` is null for what belongs to none."""

    event: str
    field: str
    handover: int | None
    recorded_at: datetime | None
    text: str | None


class KitTextsController(Controller):
    """Under a kit's path."""

    path = "/kits/{kit:uuid}/texts"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_kit_texts"})
    async def texts(self, kit: UUID, kits: Kits, request: Request[Any, Any, Any]) -> list[TextOnPage]:
        """Numbers, reasons and statements. That you read them is put on record before you see them."""
        caller = caller_of(request)
        loaded = await kits.visible(caller, "read_kit_texts", kit)
        told = [each for each in await kits.store.happenings(kit) if _sealed_fields(each.event)]
        await kits.reader.record(caller, "texts of a kit", loaded.case or kit, told)
        return [await _text(kits, each, field) for each in told for field in _sealed_fields(each.event)]


def _sealed_fields(event: Event) -> list[str]:
    return [name for name in event.__struct_fields__ if isinstance(getattr(event, name), Personal)]


async def _text(kits: Kits, told: Happening, field: str) -> TextOnPage:
    sealed = SealedText(getattr(told.event, field), told.event_id, field)
    return TextOnPage(
        event=told.event.NAME,
        field=field,
        handover=getattr(told.event, "handover", None),
        recorded_at=told.recorded_at,
        text=await kits.reader.open(sealed),
    )
