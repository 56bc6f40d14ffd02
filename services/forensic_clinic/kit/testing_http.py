"""A kit in a laboratory over HTTP, and who else was told of it: that and when, never what was found."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from contracts.language import Event
from services.forensic_clinic.kit import testing
from services.forensic_clinic.kit.commands import Moment, Text, hand_of, run
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import Kit
from services.kernel.http.commands import Commands, Done, Intent


class BeginTest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the test began."""

    begun_at: Moment


class RecordUpload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a profile was entered in CODIS. Not which, and not whether it matched."""

    uploaded_at: Moment


class TellOther(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which other jurisdiction was told of the kit, and when; it is sealed."""

    jurisdiction: Text
    told_at: Moment


class KitTestController(Controller):
    """`If-Match` is the kit's version."""

    path = "/kits/{kit:uuid}"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/test", opt={"action": "record_result"}, status_code=200)
    async def begin(self, kit: UUID, data: BeginTest, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """The laboratory that received it begins to test it."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return testing.begin_test(state, hand_of(intent), data.begun_at, kits.jurisdiction, now)

        return await run(kits, commands, intent, "record_result", kit, data.begun_at, act)

    @post("/upload", opt={"action": "record_result"}, status_code=200)
    async def upload(
        self, kit: UUID, data: RecordUpload, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """A profile was entered in CODIS."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return testing.record_upload(state, hand_of(intent), data.uploaded_at, now)

        return await run(kits, commands, intent, "record_result", kit, data.uploaded_at, act)

    @post("/other-jurisdiction", opt={"action": "tell_other_jurisdiction"}, status_code=200)
    async def tell(self, kit: UUID, data: TellOther, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """The case is another jurisdiction's, and it was told of the kit."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return testing.tell_other_jurisdiction(
                state, hand_of(intent), data.jurisdiction, data.told_at, kits.jurisdiction, now
            )

        return await run(kits, commands, intent, "tell_other_jurisdiction", kit, data.told_at, act)
