"""What an auditor makes of unusual reading, over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from services.audit.review.http import Reviewing, account_of
from services.audit.unusual import decisions
from services.audit.unusual.state import Outcome
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import NotFound

Note = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class Judgement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What you make of it, and why. The note is sealed."""

    outcome: Outcome
    note: Note


class UnusualController(Controller):
    """For auditors."""

    path = "/reviews/{review:uuid}/unusual"
    tags = ["Reviews"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/{finding:uuid}", opt={"action": "sign_review"}, status_code=200)
    async def judge(
        self, review: UUID, finding: UUID, data: Judgement, intent: Intent, commands: Commands, reviewing: Reviewing
    ) -> Response[Done]:
        """Once; the week can be signed off when nothing that you are told of waits. Nobody judges their own reading."""
        me = account_of(intent.caller)

        async def decide(now: datetime) -> Decided:
            week = await reviewing.week(review)
            book, told = await reviewing.unusual_told(intent.caller, me, week.state)
            try:
                events = decisions.judge(told, review, finding, me, data.outcome, data.note)
            except LookupError as absent:
                raise NotFound from absent
            return decided_on(book, events, now, case=review)

        return await commands.run(intent, decide)
