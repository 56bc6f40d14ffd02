"""Every list gives exactly the rows that Cedar permits the caller, record by record, whatever the records are."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.jurisdictions import load_mississippi
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.http.looking_back import ROLE as PAST
from services.kernel.http.reenacting import Reenacting, Standing
from services.kernel.http.scope import Columns, NotInSql, scope_of
from tests.architecture.listing import lists
from tests.architecture.wired import definitions
from tests.services.lists_that_hide import (
    HIDES_NOTHING,
    LISTS,
    Hiding,
    Thing,
    fill,
    make_table,
    permitted,
    policies_of,
    shown,
)
from tests.support.servers import Servers, fresh_database

ACCOUNTS = [UUID(int=100 + number) for number in range(3)]
AGENCIES = ["", "MDCPS", "DA-07"]
COUNTIES = ["Hinds", "Rankin"]
PLACES = [None, (), ("Hinds",), ("Hinds", "Rankin")]
ROLES = sorted(load_mississippi().roles)

things = st.lists(
    st.builds(
        Thing,
        id=st.uuids(),
        kept_from=st.lists(st.sampled_from(ACCOUNTS), max_size=2).map(tuple),
        first=st.sampled_from([None, *ACCOUNTS]),
        second=st.sampled_from([None, *ACCOUNTS]),
        agency=st.sampled_from(AGENCIES),
        other=st.sampled_from(AGENCIES),
        role=st.sampled_from(["", *ROLES]),
        county=st.sampled_from(["", *COUNTIES]),
        flag=st.booleans(),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda thing: thing.id,
)


def callers_of(hiding: Hiding) -> list[list[str]]:
    """The roles of those who may use the list, alone and with another; somebody else's, and none."""
    gate = Gate(policies_of(hiding.of))
    using = [role for role in ROLES if gate.may_use(Caller(ACCOUNTS[0], "", (role,)), hiding.action)]
    return [*([role] for role in using), using, [using[0], "task_force"], ["no_such_role"], []]


@pytest.fixture(scope="module")
def connection(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with fresh_database(servers) as database, psycopg.connect(database.admin, autocommit=True) as found:
        yield found


def test_every_list_there_is_hides_or_it_is_said_why_not() -> None:
    hiding = {(each.of.name, each.action) for each in LISTS.values()}
    found = {(each.name, route.action) for each in definitions() for route in lists(each)}
    assert found - hiding - HIDES_NOTHING.keys() == set(), "say what of it is hidden, or why nothing is"
    assert HIDES_NOTHING.keys() - found == set(), "there is no such list any more"
    assert HIDES_NOTHING.keys() & hiding == set()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_gives_what_cedar_permits_and_nothing_else(name: str, connection: psycopg.Connection[Any]) -> None:
    hiding = LISTS[name]
    gate, roles = Gate(policies_of(hiding.of)), callers_of(hiding)
    make_table(connection, hiding)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        things,
        st.sampled_from(ACCOUNTS),
        st.sampled_from(AGENCIES),
        st.sampled_from(roles),
        st.sampled_from(PLACES),
    )
    def compare(
        made: list[Thing], account: UUID, agency: str, of_roles: list[str], places: tuple[str, ...] | None
    ) -> None:
        caller = Caller(account, agency, tuple(of_roles), places)
        fill(connection, hiding, made)
        assert shown(connection, hiding, gate, caller) == permitted(hiding, gate, made, caller)

    compare()


PERMITS_ALL = Gate("permit (principal, action, resource);")
OPEN_TO_THE_PAST = [name for name, each in LISTS.items() if each.in_the_past]
HAVE_PARTS = [name for name in OPEN_TO_THE_PAST if LISTS[name].scope.in_role != Columns("").in_role]


@pytest.mark.parametrize("name", OPEN_TO_THE_PAST)
def test_a_list_of_the_past_gives_what_cedar_permits_the_role_that_is_reenacted(
    name: str, connection: psycopg.Connection[Any]
) -> None:
    hiding, made = LISTS[name], crowd()[:24]
    today = Gate(policies_of(hiding.of))
    auditor = Caller(ACCOUNTS[0], "AG-PID", (PAST,))
    broken = hiding.with_scope(replace(hiding.scope, in_role=Columns("").in_role))
    differs = False
    make_table(connection, hiding)
    fill(connection, hiding, made)
    alone = [roles[0] for roles in callers_of(hiding) if len(roles) == 1]
    for role, agency, county in zip(alone, cycle(AGENCIES[1:]), cycle(["", "Hinds", "Hinds"]), strict=False):
        for limits in (PERMITS_ALL, today):
            gate = Reenacting(limits, today, Standing(role, agency, county))
            right = permitted(hiding, gate, made, auditor)
            assert shown(connection, hiding, gate, auditor) == right, (role, agency, county)
            differs = differs or shown(connection, broken, gate, auditor) != right
    assert differs == (name in HAVE_PARTS), "who has a part in it, by their role, makes a difference"


def crowd() -> Sequence[Thing]:
    """Enough for every part of a policy to make a difference to somebody."""
    chance = random.Random(1)
    return [
        Thing(
            UUID(int=number + 1),
            tuple(chance.sample(ACCOUNTS, chance.choice([0, 0, 1]))),
            chance.choice([None, *ACCOUNTS]),
            chance.choice([None, *ACCOUNTS]),
            chance.choice(AGENCIES),
            chance.choice(AGENCIES),
            chance.choice(ROLES),
            chance.choice(["", *COUNTIES]),
            chance.random() < 0.5,
        )
        for number in range(60)
    ]


def broken_ways(hiding: Hiding) -> Iterator[tuple[str, Hiding]]:
    """The list as it were if its scope took one attribute of the record for empty."""
    empty = {"accounts": "'{{}}'::uuid[]", "roles": "'{{}}'::text[]", "words": "''"}
    for part, nothing in empty.items():
        columns: Mapping[str, str] = getattr(hiding.scope, part)
        for attribute in columns:
            broken: Any = {part: {**columns, attribute: nothing}}
            yield attribute, hiding.with_scope(replace(hiding.scope, **broken))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.one_in(3)
def test_a_scope_that_is_broken_anywhere_gives_somebody_other_rows(
    name: str, connection: psycopg.Connection[Any]
) -> None:
    hiding, made = LISTS[name], crowd()
    policies = policies_of(hiding.of)
    gate, without_forbids = Gate(policies), Gate(re.sub(r"^forbid [^;]*;", "", policies, flags=re.MULTILINE))
    make_table(connection, hiding)
    fill(connection, hiding, made)
    callers = [
        Caller(ACCOUNTS[0], agency, tuple(roles), places)
        for agency in AGENCIES[1:]
        for roles in callers_of(hiding)
        for places in (None, ("Hinds",))
    ]
    right = {caller: permitted(hiding, gate, made, caller) for caller in callers}

    def differs(broken: Hiding, by: Gate) -> bool:
        return any(shown(connection, broken, by, caller) != right[caller] for caller in callers)

    assert not differs(hiding, gate)
    assert differs(hiding, without_forbids)
    assert [attribute for attribute, broken in broken_ways(hiding) if not differs(broken, gate)] == []


CALLER = Caller(ACCOUNTS[0], "MDCPS", ("keeper",))
UNKNOWN = (
    'permit (principal, action == Action::"list", resource is Box) when { resource.colour like "r*" };',
    'permit (principal, action == Action::"list", resource is Box) when { resource.unheard.contains(principal) };',
    'permit (principal == Account::"x", action == Action::"list", resource is Box);',
    'permit (principal, action == Action::"list", resource is Box) when { context.late };',
    'permit (principal, action == Action::"list", resource in Box::"x");',
)


@pytest.mark.parametrize("policy", UNKNOWN)
def test_what_policies_say_that_is_not_known_in_sql_stops_the_list(policy: str) -> None:
    with pytest.raises(NotInSql):
        Gate(policy).scope(CALLER, "list", Columns("Box", accounts={"named": "named"}, words={"colour": "colour"}))


def test_nothing_is_shown_that_no_policy_speaks_of(connection: psycopg.Connection[Any]) -> None:
    columns = Columns("Box", accounts={"named": "ARRAY[%(me)s::uuid]"})
    permitting = 'permit (principal, action == Action::"list", resource is Box);'
    closing = "forbid (principal, action, resource is Box) when { resource.named.contains(principal) };"

    def sees(policies: str, who: Caller) -> bool:
        scope = Gate(policies).scope(who, "list", columns)
        found = connection.execute(f"SELECT {scope.condition}", scope.values).fetchone()  # noqa: S608, RUF100 - made here
        return bool(found and found[0])

    nobody = replace(columns, accounts={"named": "NULL::uuid[]"})
    assert not sees("", CALLER)
    assert sees(permitting, CALLER)
    assert not sees(permitting + closing, CALLER)
    assert scope_of((), CALLER, "list", nobody).condition.startswith("(coalesce(false, false)")
    # Of whom nothing is known nobody is let in: a set that is not there keeps everybody out.
    columns = nobody
    assert not sees(permitting + closing, CALLER)


def test_a_word_of_the_policies_is_never_taken_for_sql(connection: psycopg.Connection[Any]) -> None:
    word = "x' OR 'a' = 'a %s {table} \\"
    policy = f'permit (principal, action == Action::"list", resource is Box) when {{ resource.colour == {word!r} }};'
    policy = policy.replace(repr(word), '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"')
    scope = Gate(policy).scope(CALLER, "list", Columns("Box", words={"colour": "%(colour)s::text"}))
    statement = psycopg.sql.SQL(f"SELECT {scope.condition}").format()

    for colour, shown_to_them in (("red", False), (word, True)):
        assert connection.execute(statement, {**scope.values, "colour": colour}).fetchone() == (shown_to_them,)
