"""An agency's quarter begins when it takes part; at its first warning its administrators are asked about each account.

Which accounts an agency has is kept beside, in the order of the log: so those are asked about that were open then.
"""

from collections.abc import Sequence
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from contracts.events.identity import AccountOpened, AgencyRegistered
from services.identity.account import decisions as account_decisions
from services.identity.account.accounts import Accounts
from services.identity.attestation import decisions
from services.identity.attestation.attestations import RULE, Attestations, first_of
from services.identity.attestation.state import evolve
from services.kernel.batch import Effect
from services.kernel.clock import ClockWarned
from services.kernel.connections import reading
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

_ADD = "INSERT INTO agency_accounts (account, agency) VALUES (%s, %s) ON CONFLICT (account) DO NOTHING"
_OF_AGENCY = "SELECT account FROM agency_accounts WHERE agency = %s ORDER BY account"


class AskAboutAccounts:
    """Reacts to this service's own events."""

    def __init__(
        self, pool: AsyncConnectionPool, accounts: Accounts, attestations: Attestations, time: TimeSource
    ) -> None:
        self._pool = pool
        self._accounts = accounts
        self._attestations = attestations
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case AccountOpened() as opened:
                return Changes((), [Effect(_ADD, (opened.account, opened.agency))])
            case AgencyRegistered() as registered:
                first, since = first_of(happening.stream), happening.happened_at
                return await self._attestations.begun(
                    first, registered.agency, 1, since, happening.event_id, self._time.now()
                )
            case ClockWarned(rule=rule, subject=attestation) if rule == RULE:
                return await self._ask(attestation)
            case _:
                return None

    async def _ask(self, attestation: UUID) -> Changes | None:
        loaded, now = await self._attestations.load(attestation), self._time.now()
        found = [await self._accounts.load(account) for account in await self._of(loaded.state.agency)]
        known = [each for each in found if each.state.belongs(now)]
        asked = decisions.ask(loaded.state, [each.id for each in known])
        if not asked:
            return None
        due_at = loaded.state.due_at
        of_accounts = [
            Change(each.id, each.version, account_decisions.ask(each.state, attestation, due_at), each.case)
            for each in known
        ]
        after = evolve(loaded.state, asked[0])
        return Changes(
            [
                Change(loaded.id, loaded.version, asked, loaded.case),
                *of_accounts,
                *await self._attestations.met(after, now),
            ]
        )

    async def _of(self, agency: str) -> Sequence[UUID]:
        async with reading(self._pool) as connection:
            rows = await (await connection.execute(_OF_AGENCY, (agency,))).fetchall()
        return [row[0] for row in rows]
