"""A week's unusual reading as it is shown to an auditor, with what was made of each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction, UnusualRule
from services.audit.unusual.book import unusual_of
from services.audit.unusual.events import UnusualReadingJudged
from services.audit.unusual.state import Finding
from services.kernel.http.caller import Caller
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening


class UnusualShown(msgspec.Struct, frozen=True, kw_only=True):
    """Of one account, by one rule: found from `threshold` on. `cases` is empty where it is not told which they were.

    `outcome` is empty, and the rest of what was made of it None, while nobody has judged it; `note` is null, too, where
    a court had it destroyed.
    """

    finding: UUID
    rule: str
    rule_version: int
    citation: str
    account: UUID
    agency: str
    roles: list[str]
    count: int
    threshold: int
    of_cases: int
    cases: list[UUID]
    outcome: str
    judged_by: UUID | None
    judged_at: datetime | None
    note: str | None


class Pages:
    """Makes them; that the notes are read is put on record first."""

    def __init__(self, store: EventStore, reader: Reader, jurisdiction: Jurisdiction) -> None:
        self._store = store
        self._reader = reader
        self._jurisdiction = jurisdiction

    async def shown(self, caller: Caller, review: UUID, told: Sequence[Finding]) -> list[UnusualShown]:
        """What the caller is told, as it was found."""
        findings = {each.finding for each in told}
        judged: dict[UUID, tuple[Happening, UnusualReadingJudged]] = {}
        for each in await self._store.happenings(unusual_of(review)):
            if isinstance(each.event, UnusualReadingJudged) and each.event.finding in findings:
                judged[each.event.finding] = each, each.event
        await self._reader.record(caller, "why reading was unusual", review, [each for each, _ in judged.values()])
        return [await self._shown(each, judged.get(each.finding)) for each in told]

    async def _shown(self, finding: Finding, judged: tuple[Happening, UnusualReadingJudged] | None) -> UnusualShown:
        rule = self._jurisdiction.unusual_kept(UnusualRule(finding.rule), finding.rule_version)
        note = None
        if judged is not None:
            note = await self._reader.open(SealedText(judged[1].note, judged[0].event_id, "note"))
        return UnusualShown(
            finding=finding.finding,
            rule=finding.rule,
            rule_version=finding.rule_version,
            citation=rule.citation if rule else "",
            account=finding.account,
            agency=finding.agency,
            roles=list(finding.roles),
            count=finding.count,
            threshold=finding.threshold,
            of_cases=finding.of_cases,
            cases=list(finding.cases),
            outcome=finding.outcome,
            judged_by=finding.judged_by,
            judged_at=judged[0].happened_at if judged else None,
            note=note,
        )
