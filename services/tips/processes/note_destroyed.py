"""When a service says what it destroyed, the order has that on record; the last answer completes it and its clock."""

from collections.abc import Mapping

from contracts.events import forensic_clinic, prosecution, rapid_assessment
from contracts.language import Event
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.tips.destruction import decisions
from services.tips.destruction.destructions import Destructions
from services.tips.destruction.events import DestructionCarriedOut, DestructionCompleted, KeysDestroyed

ANSWERS: Mapping[type[Event], str] = {
    KeysDestroyed: "tips",
    rapid_assessment.KeysDestroyed: "rapid_assessment",
    forensic_clinic.KeysDestroyed: "forensic_clinic",
    prosecution.KeysDestroyed: "prosecution",
}


class NoteDestroyed:
    """Where the answer stands in its service's log is kept with it: for a proof that it is there."""

    def __init__(self, destructions: Destructions, time: TimeSource) -> None:
        self._destructions = destructions
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(
            event,
            KeysDestroyed | rapid_assessment.KeysDestroyed | forensic_clinic.KeysDestroyed | prosecution.KeysDestroyed,
        ):
            return None
        loaded = await self._destructions.load(event.tip)
        order = loaded.state.order(event.order)
        if order is None:
            # Answered to a log of which a backup of before the order took the place.
            return None
        done = DestructionCarriedOut(
            tip=event.tip,
            order=event.order,
            service=ANSWERS[type(event)],
            keys=event.keys,
            fields=event.fields,
            positions=event.positions,
            event=happening.event_id,
            at=happening.position,
        )
        events = decisions.carry_out(order, event.tip, done)
        if not events:
            return None
        completed = any(isinstance(each, DestructionCompleted) for each in events)
        met = await self._destructions.met(event.order, self._time.now()) if completed else []
        return Changes([Change(loaded.id, loaded.version, events), *met])
