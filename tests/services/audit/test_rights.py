"""The copy's rights of an account are identity's own, at any moment: agency, roles, and where it works."""

from datetime import timedelta
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from contracts.events.identity import AccountOpened, AgencyRegistered, RoleGranted, RoleRemoved
from contracts.language import Event
from services.audit.replay.rights import NOTED, OF_ACCOUNTS, rights_given
from services.identity.account.events import CountiesStated
from services.identity.account.state import Account
from services.identity.account.state import evolve as evolve_account
from services.identity.agency.events import AgencyCountiesNoted
from services.identity.agency.state import Agency
from services.identity.agency.state import evolve as evolve_agency
from tests.services.audit.given import EVENING, row

ACCOUNTS = tuple(UUID(int=number + 1, version=4) for number in range(2))
AGENCIES = ("DA-07", "DA-20", "LOCAL-LE")
ROLES = ("prosecutor", "law_enforcement", "auditor")
COUNTIES = st.lists(st.sampled_from(("Hinds", "Rankin")), unique=True).map(tuple)
HAPPENS = st.one_of(
    st.builds(RoleGranted, account=st.sampled_from(ACCOUNTS), role=st.sampled_from(ROLES)),
    st.builds(RoleRemoved, account=st.sampled_from(ACCOUNTS), role=st.sampled_from(ROLES)),
    st.builds(CountiesStated, account=st.sampled_from(ACCOUNTS), counties=COUNTIES),
    st.builds(AgencyCountiesNoted, agency=st.sampled_from(AGENCIES), counties=COUNTIES),
)


def stream_of(event: Event) -> UUID:
    """As identity keeps them: one for each account, one for each agency."""
    account: UUID | None = getattr(event, "account", None)
    return account or uuid5(UUID(int=0), event.agency)  # type: ignore[attr-defined]  # the only ones without account


@given(st.lists(st.sampled_from(AGENCIES), min_size=2, max_size=2), st.lists(HAPPENS, max_size=12))
def test_what_is_told_of_an_account_is_what_identity_made_of_it(agencies: list[str], later: list[Event]) -> None:
    opened = [AccountOpened(account=who, agency=of, roles=()) for who, of in zip(ACCOUNTS, agencies, strict=True)]
    log = [*opened, *later]
    rows = [
        row(each, position=number, case=stream_of(each), recorded_at=EVENING + timedelta(hours=number))
        for number, each in enumerate(log)
    ]
    assert {each.name for each in rows} <= {NOTED, *OF_ACCOUNTS}, "the copy is asked for these alone"
    told = rights_given(rows)
    for until in range(len(opened), len(log) + 1):
        for who, agency in zip(ACCOUNTS, agencies, strict=True):
            account, of = Account(), evolve_agency(Agency(), AgencyRegistered(agency=agency))
            for event in log[:until]:
                if stream_of(event) == who:
                    account = evolve_account(account, event)
                if isinstance(event, AgencyCountiesNoted) and event.agency == agency:
                    of = evolve_agency(of, event)
            held = [each for each in told[f"account:{who}"] if each.since < EVENING + timedelta(hours=until)][-1]
            assert (held.agency, held.roles, held.counties) == (account.agency, account.roles, account.counties)
            assert held.served == of.counties
