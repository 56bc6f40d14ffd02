"""The rights a role had at a past moment, by the policies in force then, within what a looking back auditor may see.

Two gates are asked, and what either does not give is not shown: today's policies of the auditor, those of that day of
somebody in the role. So nothing opens that way which the auditor could not see as themselves.

Policies look at more than a role: at its agency and county, and at who a record says had a part in it. Agency and
county are said by whoever asks. Of a record, those are re-enacted who had a part in it in this very role
(`Record.in_role`): the investigator on the team, the nurse of the exam. No person is asked for, and what somebody had
as a person alone (an emergency opening, a share with one account, a kit in hand) is nobody's here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from contracts.language import InvalidValue
from services.kernel.http.caller import Caller
from services.kernel.http.gate import ANY, Gate, Record
from services.kernel.http.scope import AGENCY, EVERYWHERE, ME, PLACES, ROLES, Columns, NotInSql, Scope

AS_ROLE, AS_AGENCY, AS_COUNTY = "as_role", "as_agency", "as_county"
REPLAY_AS = "replay_as"
LONGEST = 64
_CODE = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")

SOMEBODY = UUID("6d757374-6572-4e6f-8000-6f6e65000000")
"""In no record: whoever holds the role and has no part in it."""

_INSTEAD: Mapping[str, str] = {
    ME: "reenacted.who",
    ROLES: "(%(then_roles)s::text[] || reenacted.who::text)",
    AGENCY: "%(then_agency)s::text",
    EVERYWHERE: "%(then_everywhere)s::boolean",
    PLACES: "%(then_places)s::text[]",
}


class NotReenacted(InvalidValue):
    """No policy lets this role be re-enacted, or there is no such role: one answer for both."""


class NoPoliciesThen(InvalidValue):
    """At the moment no policies were on record, or none that this program can judge by."""


class Standing(msgspec.Struct, frozen=True):
    """A role of an agency, in one county or, without it, wherever its agency works."""

    role: str
    agency: str
    county: str = ""

    @property
    def told(self) -> str:
        """How the record of a read says it.

        Which county it was, is left out: with a time it can point to a child.
        """
        return f"as seen by {self.role} of {self.agency}" + (" in one county" if self.county else "")

    @property
    def asked(self) -> Mapping[str, str]:
        """As an address of a service says it."""
        county = {AS_COUNTY: self.county} if self.county else {}
        return {AS_ROLE: self.role, AS_AGENCY: self.agency, **county}

    def caller(self, account: UUID = SOMEBODY) -> Caller:
        """Who stands so."""
        return Caller(account, self.agency, (self.role,), (self.county,) if self.county else None)


def standing_in(named: Mapping[str, str]) -> Standing | None:
    """What an address asks for; None where it asks for no role. Raises `InvalidValue`."""
    if AS_ROLE not in named:
        for each in (AS_AGENCY, AS_COUNTY):
            if each in named:
                raise InvalidValue(AS_ROLE, "Say which role is to be re-enacted.")
        return None
    return standing_of(*(named.get(each, "") for each in (AS_ROLE, AS_AGENCY, AS_COUNTY)))


def standing_of(role: str, agency: str, county: str) -> Standing:
    """As somebody wrote it. Raises `InvalidValue`."""
    if not _CODE.fullmatch(agency):
        # What is no code may be anything, a name too, and would go on record.
        raise InvalidValue(AS_AGENCY, "Say in which agency, by its code: what a role sees depends on it.")
    if len(county) > LONGEST:
        raise InvalidValue(AS_COUNTY, "There is no county of this name. Choose one of the list.")
    return Standing(role, agency, county)


def require_reenacted(gate: Gate, caller: Caller, standing: Standing) -> None:
    """By today's policies of the caller. Raises `NotReenacted`."""
    if not gate.may_touch(caller, REPLAY_AS, record_of(standing.role)):
        raise NotReenacted(AS_ROLE, "What this role saw is not re-enacted. Choose another role.")


def record_of(role: str) -> Record:
    """What policies may know of a role that is to be re-enacted."""
    return Record("Standing", ANY, words={"role": role})


def none_then() -> NoPoliciesThen:
    """The one answer to it."""
    return NoPoliciesThen(
        AS_ROLE, "No policies of that moment are on record, so no role can be re-enacted. Choose a later moment."
    )


def gate_of(policies: str) -> Gate:
    """Of another day. Raises `NoPoliciesThen` for a text that says nothing, or nothing that is understood today."""
    if not policies:
        raise none_then()
    try:
        return Gate(policies)
    except ValueError as error:
        raise none_then() from error


class Reenacting(Gate):
    """Permits what today's policies permit the caller and those of that day permitted the role."""

    def __init__(self, limits: Gate, then: Gate, standing: Standing) -> None:
        """`limits` are the policies of the present, under which a read is put on record, too."""
        self.policies, self.version = limits.policies, limits.version
        self._limits, self._then, self._standing = limits, then, standing
        self.names_records = limits.names_records or then.names_records

    def reads_as(self, caller: Caller) -> Caller:
        """Somebody of the role, of its agency."""
        return self._standing.caller()

    def may_use(self, caller: Caller, action: str) -> bool:
        """Whether both may use the route."""
        return self._limits.may_use(caller, action) and self._then.may_use(self._standing.caller(), action)

    def may_touch(self, caller: Caller, action: str, record: Record) -> bool:
        """Whether the caller may, and anybody of the role could."""
        return self._limits.may_touch(caller, action, record) and any(
            self._then.may_touch(somebody, action, record) for somebody in self._those_of(record)
        )

    def scope(self, caller: Caller, action: str, columns: Columns) -> Scope:
        """The rows that `may_touch` would permit. Raises `NoPoliciesThen`, `NotInSql`."""
        limits = self._limits.scope(caller, action, columns)
        try:
            then = self._then.scope(self._standing.caller(), action, columns)
        except NotInSql as error:
            raise none_then() from error
        condition = then.condition
        for said, instead in _INSTEAD.items():
            condition = condition.replace(said, instead)
        those = f"array_append({columns.in_role}, %(then_me)s::uuid)"
        somebody = f"EXISTS (SELECT FROM unnest({those}) AS reenacted (who) WHERE {condition})"
        return Scope(f"({limits.condition} AND {somebody})", {**limits.values, **self._values()})

    def _values(self) -> Mapping[str, Any]:
        me = self._standing.caller()
        return {
            "then_me": SOMEBODY,
            "then_role": self._standing.role,
            "then_roles": [each for each in me.standings if each != str(SOMEBODY)],
            "then_agency": me.agency,
            "then_everywhere": me.places is None,
            "then_places": list(me.places or ()),
        }

    def _those_of(self, record: Record) -> Iterator[Caller]:
        yield self._standing.caller()
        for account in record.in_role.get(self._standing.role, ()):
            yield self._standing.caller(account)
