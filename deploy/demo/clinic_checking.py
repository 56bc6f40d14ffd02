"""Whether an expectation about exams and kits holds."""

from deploy.demo.expectations import (
    BookingRefused,
    CallRefused,
    ClinicExpectation,
    ExamIs,
    ExamRefused,
    KitHeld,
    KitIs,
)
from deploy.demo.hands import CLINIC, Hands, refused_for


class CheckingClinic:
    """As the clinic's coordinator would look."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def holds(self, expected: ClinicExpectation) -> bool:
        """Whether it is so now."""
        match expected:
            case ExamIs():
                return await self._exam_is(expected)
            case ExamRefused():
                return await self._exam_is_refused(expected)
            case BookingRefused():
                slot = self._hands.slot(expected.nurse, expected.room, expected.since, expected.until)
                place = f"/exams/{self._hands.played.exams[expected.exam]}"
                return await self._hands.is_refused(expected.by, CLINIC, place, "booking", slot, expected.because)
            case KitHeld() | KitIs():
                return await self._kit_is(expected)
            case CallRefused():
                call = {
                    "agency": expected.agency,
                    "called_at": self._hands.moment(expected.at),
                    "spoke_with": "Example Dispatcher Two",
                }
                place = f"/kits/{self._hands.played.kits[expected.kit]}"
                return await self._hands.is_refused(expected.by, CLINIC, place, "calls", call, expected.because)

    async def _exam_is(self, expected: ExamIs) -> bool:
        hands = self._hands
        place = f"/exams/{hands.played.exams[expected.exam]}"
        page = await hands.shown(hands.first("clinic_coordinator"), CLINIC, place)
        if page is None or page["phase"] != expected.phase:
            return False
        slot = page["slot"] or {"nurse": None, "room": None}
        nurse = None if expected.nurse is None else hands.people[expected.nurse].account
        room = None if expected.room is None else hands.rooms[expected.room]
        return nurse in {None, slot["nurse"]} and room in {None, slot["room"]}

    async def _exam_is_refused(self, expected: ExamRefused) -> bool:
        hands = self._hands
        body = {
            "tip": hands.played.references[expected.tip],
            "clinic": expected.clinic,
            "age_band": expected.age_band,
            "consent": expected.consent,
        }
        answer = await hands.interfaces.post(hands.people[expected.by], CLINIC, "/exams", body)
        return refused_for(answer, expected.because)

    async def _kit_is(self, expected: KitHeld | KitIs) -> bool:
        hands = self._hands
        place = f"/kits/{hands.played.kits[expected.kit]}"
        page = await hands.shown(hands.first("clinic_coordinator"), CLINIC, place)
        if page is None:
            return False
        if isinstance(expected, KitIs):
            stands = (page["phase"], page["consent"], page["tested_at"] is not None)
            return stands == (expected.phase, expected.consent, expected.tested)
        holder = page["held_by"]
        if holder is None:
            return False
        held = (holder["account"], holder["stage"], page["in_transit"])
        return bool(held == (hands.people[expected.holder].account, expected.stage, expected.offered))
