"""Each tip is compared with those of its time by what is sealed in them: names by their sound, telephone numbers.

The texts are opened here, compared and forgotten: what is recorded is which clauses hold. No digest of a name is kept
anywhere, so nothing outlives the destruction of a person's key but that two tips were once found alike. Who reported is
left out: one neighbor may tell of many children.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from contracts.events.tips import TipReceived
from contracts.jurisdictions import Jurisdiction
from contracts.language import Personal
from services.kernel.keys import KeyStore
from services.kernel.store import Change, Changes, EventStore, Kind
from services.kernel.stored_form import Happening
from services.kernel.views import NotFreshEnough, Views
from services.tips.likeness import decisions
from services.tips.likeness import state as likeness_state
from services.tips.likeness.decisions import Told
from services.tips.likeness.state import Pair
from services.tips.tip.events import MoreTold, PersonDescribed
from services.tips.tip.tips import TIP
from services.tips.views.tip_list import TIP_LIST

PAIR = Kind("pair", Pair(), likeness_state.evolve)
SUBJECT, REPORTER = "subject", "reporter"
AT_ONCE = 50

# The nearest in time, should there be more: a flood of tips must not stop the comparing.
NEAR = """
    SELECT tip FROM {table}
    WHERE tip <> %(tip)s AND received_at BETWEEN %(at)s - %(window)s::interval AND %(at)s + %(window)s::interval
    ORDER BY greatest(received_at, %(at)s) - least(received_at, %(at)s), tip LIMIT 500
"""


class FindAlike:
    """Once when a tip comes in, and again when more was told to it."""

    def __init__(self, store: EventStore, views: Views, keys: KeyStore, jurisdiction: Jurisdiction) -> None:
        self._store = store
        self._views = views
        self._keys = keys
        self._rules = jurisdiction.likeness
        on_file = (
            number for each in jurisdiction.agencies.values() for number in (each.hotline_phone, each.office_phone)
        )
        self._on_file = frozenset(digits for number in on_file for digits in decisions.numbers_in(number or ""))

    async def __call__(self, happening: Happening) -> Changes | None:
        if not isinstance(happening.event, TipReceived | MoreTold):
            return None
        tip = happening.event.tip
        received_at = (await self._store.load(TIP, tip)).state.received_at
        if received_at is None:
            return None
        others = await self._near(tip, received_at, happening.position)
        compared = await self._told([tip, *others])
        alike = decisions.most_alike(compared[tip], [(other, compared[other]) for other in others], self._rules)
        pairs = await self._store.load_all(PAIR, [pair_of(tip, other) for other in alike])
        changes = [
            Change(pair.id, pair.version, decisions.find(pair.state, tip, other, clauses, self._rules), case=tip)
            for pair, (other, clauses) in zip(pairs, alike.items(), strict=True)
        ]
        filled = [change for change in changes if change.events]
        return Changes(filled) if filled else None

    async def _near(self, tip: UUID, at: datetime, position: int) -> Sequence[UUID]:
        """The list must know of every tip before this one: of two that come at once, one finds the other."""
        while True:
            try:
                rows = await self._views.query(
                    TIP_LIST.name, NEAR, {"tip": tip, "at": at, "window": self._rules.window}, at_least=position
                )
            except NotFreshEnough:
                # The list is being built anew; it comes.
                continue
            return [row["tip"] for row in rows]

    async def _told(self, tips: Sequence[UUID]) -> Mapping[UUID, Told]:
        """Some at a time, so that whoever asks the service for something meanwhile is answered."""
        told: dict[UUID, Told] = {}
        for first in range(0, len(tips), AT_ONCE):
            told |= await self._told_at_once(tips[first : first + AT_ONCE])
        return told

    async def _told_at_once(self, tips: Sequence[UUID]) -> Mapping[UUID, Told]:
        found = await self._store.happenings_of(tips)
        sealed = [(tip, *each) for tip in tips for happening in found[tip] for each in _texts(happening)]
        opened = await self._keys.open_all([(text, event_id, field) for _, _, text, event_id, field in sealed])
        names: dict[UUID, list[str]] = {tip: [] for tip in tips}
        texts: dict[UUID, list[str]] = {tip: [] for tip in tips}
        for (tip, is_name, *_), text in zip(sealed, opened, strict=True):
            if text is not None:
                (names if is_name else texts)[tip].append(text)
        return {tip: decisions.told(names[tip], texts[tip], self._rules, self._on_file) for tip in tips}


def pair_of(tip: UUID, other: UUID) -> UUID:
    """What was found of two tips, the same whichever is named first."""
    first, second = sorted((tip, other))
    return uuid5(first, f"alike {second}")


def _texts(happening: Happening) -> list[tuple[bool, Personal, UUID, str]]:
    """What is compared of an event: whether it is the person's name, the text, and where it is sealed."""
    event = happening.event
    if isinstance(event, MoreTold):
        return [(False, event.narrative, happening.event_id, "narrative")]
    if not isinstance(event, PersonDescribed) or event.part == REPORTER:
        return []
    fields = {"contact": event.contact, "narrative": event.narrative}
    found = [(False, text, happening.event_id, field) for field, text in fields.items() if text is not None]
    if event.part == SUBJECT and event.name is not None:
        found.append((True, event.name, happening.event_id, "name"))
    return found
