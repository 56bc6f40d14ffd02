"""What of a list the policies show a caller, as a condition in SQL made from the policies' own text.

A list that were narrowed by a rule of its own would differ from the policies the day these change. What Cedar says of a
record is said here of a row; the gate still has the last word on each row that comes back. Cedar's own partial
evaluation is not used: it is experimental, and leaves a rest that has to be put into SQL all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from services.kernel.http.caller import Caller

Stated = Sequence[Mapping[str, Any]]
"""Policies in the form Cedar gives programs to read."""

ME, AGENCY, ROLES = "%(me)s::uuid", "%(agency)s::text", "%(roles)s::text[]"
EVERYWHERE, PLACES = "%(everywhere)s::boolean", "%(places)s::text[]"
"""How a condition asks for the caller's values."""


class NotInSql(Exception):
    """The policies say something of this record that is not known in SQL here."""


@dataclass(frozen=True)
class Columns:
    """How a view's columns tell what policies may know of a record of this kind: an expression for each attribute.

    `in_role` tells as an array whom of them a record has in the role `%(then_role)s`.
    """

    kind: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    in_role: str = "'{{}}'::uuid[]"


@dataclass(frozen=True)
class Scope:
    """The condition, and the caller's values it asks for: `me`, `agency`, `roles`, `everywhere` and `places`."""

    condition: str
    values: Mapping[str, Any]

    def into(self, statement: str) -> str:
        """The statement with the condition where `{scope}` stands."""
        return statement.replace("{scope}", self.condition)


def scope_of(stated: Stated, caller: Caller, action: str, columns: Columns) -> Scope:
    """Raises `NotInSql`. What cannot be told of a row, an absent value say, is not permitted and is forbidden."""
    permits = [_whole(each, columns) for each in stated if each["effect"] == "permit" and _about(each, action, columns)]
    forbids = [_whole(each, columns) for each in stated if each["effect"] == "forbid" and _about(each, action, columns)]
    permitted = f"coalesce({_any(permits)}, false)"
    condition = f"({permitted} AND NOT coalesce({_any(forbids)}, true))"
    known = {"me": caller.account, "agency": caller.agency, "roles": list(caller.standings)}
    where = {"everywhere": caller.places is None, "places": list(caller.places or ())}
    return Scope(condition, known | where)


def _any(conditions: Sequence[str]) -> str:
    return f"({' OR '.join(conditions)})" if conditions else "false"


def _about(policy: Mapping[str, Any], action: str, columns: Columns) -> bool:
    """Whether the policy has to do with this action on records of this kind."""
    match policy["action"]:
        case {"op": "All"}:
            named = True
        case {"op": "==", "entity": {"id": name}}:
            named = name == action
        case {"op": "in", "entities": entities}:
            named = any(each["id"] == action for each in entities)
        case other:
            raise NotInSql(other)
    match policy["resource"]:
        case {"op": "All"}:
            return named
        case {"op": "is", "entity_type": kind} if "in" not in policy["resource"]:
            return named and kind == columns.kind
        case other:
            raise NotInSql(other)


def _whole(policy: Mapping[str, Any], columns: Columns) -> str:
    """When the policy holds: for whom, and under its conditions."""
    parts = [_for_whom(policy["principal"])]
    for each in policy["conditions"]:
        condition = _condition(each["body"], columns)
        parts.append(condition if each["kind"] == "when" else f"NOT {condition}")
    return f"({' AND '.join(parts)})"


def _for_whom(principal: Mapping[str, Any]) -> str:
    match principal:
        case {"op": "All"}:
            return "true"
        case {"op": "in", "entity": {"type": "Role", "id": role}}:
            return _has_role([role])
        case {"op": "is", "entity_type": "Account"} if "in" not in principal:
            return f"{ME} IS NOT NULL"
        case other:
            raise NotInSql(other)


def _condition(said: Mapping[str, Any], columns: Columns) -> str:  # noqa: PLR0911  # one case for each thing policies say
    match said:
        case {"&&": {"left": left, "right": right}}:
            return f"({_condition(left, columns)} AND {_condition(right, columns)})"
        case {"||": {"left": left, "right": right}}:
            return f"({_condition(left, columns)} OR {_condition(right, columns)})"
        case {"!": {"arg": inner}}:
            return f"(NOT {_condition(inner, columns)})"
        case {"==": {"left": left, "right": right}}:
            return f"({_word(left, columns)} = {_word(right, columns)})"
        case {"!=": {"left": left, "right": right}}:
            return f"({_word(left, columns)} <> {_word(right, columns)})"
        case {"contains": {"left": {".": {"left": {"Var": "resource"}, "attr": name}}, "right": {"Var": "principal"}}}:
            return f"({ME} = ANY({_column(columns.accounts, name)}))"
        case {"contains": {"left": {".": {"left": {"Var": "principal"}, "attr": "places"}}, "right": right}}:
            return f"({_word(right, columns)} = ANY({PLACES}))"
        case {".": {"left": {"Var": "principal"}, "attr": "everywhere"}}:
            return EVERYWHERE
        case {"in": {"left": {"Var": "principal"}, "right": right}}:
            return _in(right, columns)
        case other:
            raise NotInSql(other)


def _in(right: Mapping[str, Any], columns: Columns) -> str:
    """Whether the caller is in a role, in one of several, or among those the record names."""
    match right:
        case {"Value": {"__entity": {"type": "Role", "id": role}}}:
            return _has_role([role])
        case {"Set": entities} if all(each["Value"]["__entity"]["type"] == "Role" for each in entities):
            return _has_role([each["Value"]["__entity"]["id"] for each in entities])
        case {".": {"left": {"Var": "resource"}, "attr": name}}:
            return f"({ROLES} && {_column(columns.roles, name)})"
        case other:
            raise NotInSql(other)


def _word(said: Mapping[str, Any], columns: Columns) -> str:
    match said:
        case {".": {"left": {"Var": "resource"}, "attr": name}}:
            return _column(columns.words, name)
        case {".": {"left": {"Var": "principal"}, "attr": "agency"}}:
            return AGENCY
        case {"Value": str(word)}:
            return _literal(word)
        case other:
            raise NotInSql(other)


def _has_role(roles: Sequence[str]) -> str:
    return f"({ROLES} && ARRAY[{', '.join(_literal(role) for role in roles)}])"


def _column(columns: Mapping[str, str], name: str) -> str:
    if name not in columns:
        raise NotInSql(name)
    return f"({columns[name]})"


def _literal(word: str) -> str:
    """A word of the policies as it may stand in a statement whose braces and percent signs mean something."""
    quoted = sql.Literal(word).as_string(None)
    return quoted.replace("%", "%%").replace("{", "{{").replace("}", "}}")
