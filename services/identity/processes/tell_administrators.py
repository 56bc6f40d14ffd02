"""Tells whom a rule names that a duty about accounts waits, or was missed: administrators, and operators of a miss.

What stands is looked at once more before it is sent; a quarter answered for meanwhile tells nobody.
"""

from uuid import UUID

from services.identity.account.accounts import Accounts
from services.identity.attestation.attestations import RULE as ATTESTATION
from services.identity.attestation.attestations import Attestations
from services.identity.notice.events import AccountNoticeDropped
from services.identity.notice.state import notice_of
from services.identity.notice.telling import NOTICE, Telling
from services.identity.notice.texts import WORDS
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening


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
        if agency is None:
            return Changes([Change(notice.id, notice.version, [AccountNoticeDropped(notice=notice.id)])])
        clock = (await self._attestations.store.load(CLOCK, happening.stream)).state
        rule = self._attestations.jurisdiction.clock_rule(event.rule, version=clock.rule_version)
        roles = rule.told_at_miss if missed else rule.told_at_warning
        return await self._telling.tell(notice, agency, rule.rule, roles, event.subject, missed=missed)

    async def _waits(self, rule: str, subject: UUID, *, missed: bool) -> str | None:
        """The agency whose duty it is; None where nothing waits any more."""
        if rule != ATTESTATION:
            return (await self._accounts.load(subject)).state.agency
        quarter = (await self._attestations.load(subject)).state
        return quarter.agency if quarter.waits(missed=missed) else None
