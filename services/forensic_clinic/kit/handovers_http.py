"""A kit given and taken over HTTP, by both hands: offers and their answers, and what is said of the seal."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from contracts.language import Event
from services.forensic_clinic.kit import handovers
from services.forensic_clinic.kit.commands import Moment, Number, Text, WithReason, hand_of, on_kit, run
from services.forensic_clinic.kit.handovers import Condition, Found, Purpose, Receiver, Recovery, Seal
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import Kit
from services.kernel.http.commands import Commands, Decided, Done, Intent

Photograph = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
"""The SHA-256 of a picture the side keeps, in 64 hexadecimal digits: the picture itself never comes here."""


class OnHandover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one side says of the seal and the box. What is left out stands on the kit's page as not on record."""

    seal: Seal = "whole"
    statement: Text | None = None
    condition: Condition | None = None
    photograph: Photograph | None = None

    def found(self, seal_number: str | None, place: str | None, *, matches: bool) -> Found:
        """`matches`: the number read from the seal is the one on record."""
        seal: Literal["whole", "broken", "other_number"] = self.seal
        return Found(
            seal=seal if matches or seal == "broken" else "other_number",
            statement=self.statement or "",
            condition=self.condition or "",
            place=place or "",
            seal_number=seal_number or "",
            photograph=self.photograph or "",
        )


class OfferKit(OnHandover, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To one account, or without `account` to anyone of the agency with the role. Say what you see of the seal."""

    agency: str
    role: str
    account: UUID | None = None
    purpose: Purpose
    seal_number: Number | None = None
    place: Text | None = None
    offered_at: Moment


class RecoverKit(OnHandover, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The kit of somebody who left: where you found it and how it came to be there, and to whom you offer it."""

    agency: str
    role: str
    account: UUID | None = None
    purpose: Purpose
    seal_number: Number | None = None
    place: Text
    reason: Text
    recovered_at: Moment


class AcceptKit(OnHandover, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read the number from the seal. Where it is broken or another, `statement` says what you see; you take the kit."""

    seal_number: Number
    place: Text | None = None
    accepted_at: Moment


class RefuseKit(WithReason, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`denied`: it never came to you, whatever the offer says. Then whoever offered it must say where it is."""

    denied: bool = False


class MakeStatement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What you know of the seal in this handover."""

    handover: int
    statement: Text


class HandoverController(Controller):
    """Each in their own name. `If-Match` is the kit's version."""

    path = "/kits/{kit:uuid}"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/offers", opt={"action": "offer_kit"}, status_code=200)
    async def offer(self, kit: UUID, data: OfferKit, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Gives the kit you hold to somebody. You answer for it until they accept."""
        to = Receiver(agency=data.agency, role=data.role, account=data.account)
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "offer_kit", kit))
            found = await _found(kits, loaded.state, data, data.seal_number, data.place)
            events = handovers.offer(
                loaded.state, hand, to, data.purpose, found, data.offered_at, kits.jurisdiction, now
            )
            return await on_kit(kits, intent, loaded, events, data.offered_at, now)

        return await commands.run(intent, decide)

    @post("/recovery", opt={"action": "recover_kit"}, status_code=200)
    async def recover(
        self, kit: UUID, data: RecoverKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Somebody of your agency left with the kit in their hand: you found it, and offer it for them.

        An exception, and on record as one. Another must take it, in their own name.
        """
        to = Receiver(agency=data.agency, role=data.role, account=data.account)
        recovery = Recovery(place=data.place, reason=data.reason, recovered_at=data.recovered_at)
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "recover_kit", kit))
            left_at = await kits.holder_left_at(loaded.state)
            found = await _found(kits, loaded.state, data, data.seal_number, None)
            events = handovers.recover(
                loaded.state, hand, to, data.purpose, recovery, found, left_at, kits.jurisdiction, now
            )
            return await on_kit(kits, intent, loaded, events, data.recovered_at, now)

        return await commands.run(intent, decide)

    @post("/acceptance", opt={"action": "accept_kit"}, status_code=200)
    async def accept(
        self, kit: UUID, data: AcceptKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Takes the kit, in your own name. A seal that is not as it should be goes on record with your statement."""
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "accept_kit", kit))
            found = await _found(kits, loaded.state, data, data.seal_number, data.place)
            events = handovers.accept(loaded.state, hand, found, data.accepted_at, now)
            return await on_kit(kits, intent, loaded, events, data.accepted_at, now)

        return await commands.run(intent, decide)

    @post("/refusal", opt={"action": "accept_kit"}, status_code=200)
    async def refuse(
        self, kit: UUID, data: RefuseKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Does not take the kit, or denies that it ever came: it stays with who offered it."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return handovers.refuse(state, hand_of(intent), data.reason, denied=data.denied)

        return await run(kits, commands, intent, "accept_kit", kit, None, act)

    @post("/withdrawal", opt={"action": "offer_kit"}, status_code=200)
    async def withdraw(
        self, kit: UUID, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Takes back an offer of yours that nobody answered."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return handovers.withdraw(state, hand_of(intent), data.reason)

        return await run(kits, commands, intent, "offer_kit", kit, None, act)

    @post("/statements", opt={"action": "state_on_seal"}, status_code=200)
    async def state_on_seal(
        self, kit: UUID, data: MakeStatement, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The other side of a handover in which the seal was doubted is heard."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return handovers.state_on_seal(state, data.handover, hand_of(intent), data.statement)

        return await run(kits, commands, intent, "state_on_seal", kit, None, act)


async def _found(kits: Kits, kit: Kit, said: OnHandover, seal_number: str | None, place: str | None) -> Found:
    """What this side says, its number compared with the one on record."""
    matches = seal_number is None or kit.sealed_at is None or await kits.seal_matches(kit.kit, seal_number)
    return said.found(seal_number, place, matches=matches)
