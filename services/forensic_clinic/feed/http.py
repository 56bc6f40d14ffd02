"""A nurse's calendar address over HTTP: made and revoked by her, and what is answered to whoever has it."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post

from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.feed import decisions, state
from services.forensic_clinic.feed.addresses import Addresses
from services.forensic_clinic.feed.events import CalendarAddressMade
from services.forensic_clinic.feed.state import Feed
from services.forensic_clinic.feed.written import written
from services.forensic_clinic.nurse.http import visible_nurse
from services.forensic_clinic.views.nurse_feed import busy_times
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Gate
from services.kernel.http.limits import Doorstep, Rate
from services.kernel.http.problems import NotFound, TooManyRequests
from services.kernel.keys import Digester
from services.kernel.settings import ProcessSettings
from services.kernel.store import Kind, Loaded
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

FEED = Kind("calendar_feed", Feed(), state.evolve)
WRONG = Rate(60, timedelta(minutes=15))
MEDIA_TYPE = "text/calendar"
KEEP = "keep_calendar_address"


class AddressPage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there is one, and since when. Never the address: it is told once, when it is made."""

    version: int
    made_at: datetime | None


class AddressMade(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` is what an address ends with. Whoever has it sees when the nurse is busy."""

    reference: UUID
    version: int
    position: int
    secret: str


class BySecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secret goes in the body: between the services, too, it stands in no address."""

    secret: str


class FeedDoor:
    """How often one machine may try what is no address. It is not told that it did so too often: it is answered 404."""

    def __init__(self, settings: ProcessSettings) -> None:
        self._doorstep = Doorstep(settings, address=WRONG)

    def require_open(self, request: Request[Any, Any, Any]) -> None:
        """Raises `NotFound` for who has used up its tries, before anything is looked up."""
        if self._doorstep.is_spent(request):
            raise NotFound

    def count_wrong(self, request: Request[Any, Any, Any]) -> None:
        """One more that was none."""
        with suppress(TooManyRequests):
            self._doorstep.count(request)


class CalendarAddressController(Controller):
    """For the nurse alone."""

    path = "/nurses/{nurse:uuid}/calendar-address"
    tags = ["Calendar"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": KEEP})
    async def read(self, nurse: UUID, clinic: Clinic, request: Request[Any, Any, Any]) -> Response[AddressPage]:
        """Since when there is one."""
        await visible_nurse(clinic, caller_of(request), KEEP, nurse)
        loaded = await _feed(clinic, nurse)
        made = [each for each in await clinic.store.happenings(loaded.id) if _is_in_force(each.event, loaded)]
        page = AddressPage(version=loaded.version, made_at=made[-1].happened_at if made else None)
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/", opt={"action": KEEP}, status_code=201)
    async def make(
        self, nurse: UUID, intent: Intent, commands: Commands, clinic: Clinic, addresses: Addresses
    ) -> Response[AddressMade]:
        """A new address, told this once; the one before is dead in the same commit."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            await visible_nurse(clinic, intent.caller, KEEP, nurse)
            loaded = await _feed(clinic, nurse)
            if loaded.exists:
                intent.expect(loaded)
            events = decisions.make(loaded.state, nurse, new)
            effects = [addresses.closes(nurse), addresses.opens(new, nurse)]
            return decided_on(loaded, events, now, effects=effects, status=201)

        done, status = await commands.perform(intent, decide)
        # Of a command that is repeated, the address that it made then.
        (made,) = [
            each.event
            for each in await clinic.store.happenings(done.reference)
            if each.version == done.version and isinstance(each.event, CalendarAddressMade)
        ]
        told = AddressMade(
            reference=done.reference, version=done.version, position=done.position, secret=addresses.secret(made.feed)
        )
        return Response(told, status_code=status, headers={"ETag": f'"{done.version}"'})

    @post("/revocation", opt={"action": KEEP}, status_code=200)
    async def revoke(
        self, nurse: UUID, intent: Intent, commands: Commands, clinic: Clinic, addresses: Addresses
    ) -> Response[Done]:
        """Nothing is answered at it from this commit on."""

        async def decide(now: datetime) -> Decided:
            await visible_nurse(clinic, intent.caller, KEEP, nurse)
            loaded = intent.expect(await _feed(clinic, nurse))
            return decided_on(loaded, decisions.revoke(loaded.state), now, effects=[addresses.closes(nurse)])

        return await commands.run(intent, decide)


class CalendarFeedController(Controller):
    """Open to whoever has an address. One that was never given, and one that was revoked, are answered alike."""

    path = "/calendar-feeds"
    tags = ["Calendar"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "fetch_calendar"}, status_code=200, media_type=MEDIA_TYPE)
    async def fetch(
        self,
        data: BySecret,
        clinic: Clinic,
        addresses: Addresses,
        views: Views,
        gate: Gate,
        digester: Digester,
        feed_door: FeedDoor,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> Response[bytes]:
        """When the nurse is busy, as iCalendar; nothing while she is given no work. It changes nothing."""
        feed_door.require_open(request)
        account, now = await addresses.whose(data.secret), time.now()
        if account is None:
            feed_door.count_wrong(request)
            raise NotFound
        nurse = (await clinic.nurse(account)).state
        if nurse.works_until is not None and nurse.works_until <= now:
            raise NotFound
        entries = await busy_times(views, gate, digester, account, nurse.clinic, now)
        return Response(written(entries, clinic.jurisdiction.state.clocks, now), media_type=MEDIA_TYPE)


def feed_of(nurse: UUID) -> UUID:
    """A nurse has one stream of addresses."""
    return uuid5(nurse, "calendar addresses")


async def _feed(clinic: Clinic, nurse: UUID) -> Loaded[Feed]:
    return await clinic.store.load(FEED, feed_of(nurse))


def _is_in_force(event: object, loaded: Loaded[Feed]) -> bool:
    return isinstance(event, CalendarAddressMade) and event.feed == loaded.state.feed
