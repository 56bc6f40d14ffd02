"""Sheets of labels over HTTP, each with a serial that nobody has yet. A nurse makes one a kit's."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, post

from services.forensic_clinic.kit.serials import new_serial

MEDIA_TYPE = "application/pdf"
MOST = 300
"""Ten sheets."""


class PrintLabels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many; a sheet holds thirty."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class LabelController(Controller):
    """For those who open kits."""

    path = "/kit-labels"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "print_kit_labels"}, status_code=200, media_type=MEDIA_TYPE, sync_to_thread=True)
    def print(self, data: PrintLabels) -> Response[bytes]:
        """New ones each time. Nothing is on record of them: a label that is thrown away is nobody's."""
        # What draws is large, and a clinic that prints no label need not start with it.
        from services.forensic_clinic.kit.labels import labels  # noqa: PLC0415

        sheet = labels([new_serial() for _ in range(data.count)])
        disposition = 'attachment; filename="labels.pdf"'
        return Response(sheet, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
