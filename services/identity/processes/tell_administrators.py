"""Tells whom a rule names that a duty about accounts waits, or was missed: administrators, and operators of a miss.

The text holds no name, no agency and no account: only that there is something to open. What stands is looked at once
more before it is sent; a quarter answered for meanwhile tells nobody. A carrier may be asked twice when the process
dies between sending and recording; nobody is told too little.
"""

from collections.abc import Mapping
from uuid import UUID

from contracts.language import Event
from services.identity.account.accounts import Accounts
from services.identity.account.closing import RULE as CLOSED_LATE
from services.identity.attestation.attestations import RULE as ATTESTATION
from services.identity.attestation.attestations import Attestations
from services.identity.notice.events import AccountNoticeDropped
from services.identity.notice.state import notice_of
from services.identity.notice.telling import NOTICE, Telling
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening

WORDS: Mapping[tuple[str, bool], str] = {
    (ATTESTATION, False): "Accounts wait for your answer whether they are still needed. Open Muster now.",
    (ATTESTATION, True): "Accounts were not answered for in time. Open Muster now.",
    (CLOSED_LATE, True): "An account was live after its holder had left. Open Muster.",
}
"""By the rule and whether it was missed."""


class TellAdministrators:
    """Reacts to this service's clocks of accounts."""

    def __init__(self, accounts: Accounts, attestations: Attestations, telling: Telling) -> None:
        self._accounts = accounts
        self._attestations = attestations
        self._telling = telling

    async def __call__(self, happening: Happening) -> Changes | None:
        event, missed = happening.event, isinstance(happening.event, ClockMissed)
        if not isinstance(event, ClockWarned | ClockMissed) or (event.rule, missed) not in WORDS:
            return None
        notice = await self._attestations.store.load(NOTICE, notice_of(happening.event_id))
        if notice.state.done:
            return None
        agency = await self._waits(event.rule, event.subject, missed=missed)
        events: list[Event] = [AccountNoticeDropped(notice=notice.id)]
        if agency is not None:
            clock = (await self._attestations.store.load(CLOCK, happening.stream)).state
            rule = self._attestations.jurisdiction.clock_rule(event.rule, version=clock.rule_version)
            roles = rule.told_at_miss if missed else rule.told_at_warning
            events = await self._telling.tell(notice.id, agency, rule.rule, roles, WORDS[rule.rule, missed])
        return Changes([Change(notice.id, notice.version, events)])

    async def _waits(self, rule: str, subject: UUID, *, missed: bool) -> str | None:
        """The agency whose duty it is; None where nothing waits any more."""
        if rule != ATTESTATION:
            return (await self._accounts.load(subject)).state.agency
        quarter = (await self._attestations.load(subject)).state
        over = quarter.done or (quarter.ended and not missed)
        return None if over else quarter.agency
