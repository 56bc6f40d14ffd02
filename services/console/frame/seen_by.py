"""A page of the past as a role saw it: whom to choose from, and links that stay with the role that was chosen.

What is shown is for the services to decide; a page is told in its address whom it is seen by, as `role.agency`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape, unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from contracts.jurisdictions import Jurisdiction
from contracts.language import InvalidValue
from services.console.frame.words import Words
from services.console.looking_back import NoSuchRole, Past
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.http.reenacting import record_of, standing_of

SEEN_BY, IN_COUNTY = "seen_by", "in_county"

KINDS: dict[str, frozenset[str]] = {
    "prosecutor": frozenset({"prosecutor"}),
    "forensic_nurse": frozenset({"forensic_clinic"}),
    "clinic_coordinator": frozenset({"forensic_clinic"}),
    "trafficking_investigator": frozenset(
        {"local_law_enforcement", "state_law_enforcement", "federal", "tribal", "task_force"}
    ),
}
"""Of roles that are held in several agencies: of which kinds these are."""

_LINK = re.compile(r'(<a [^>]*?href=")([^"]*[?;]as_of=[^"]*)(")')
_ASKING = re.compile(r'(<form [^>]*method="get"[^>]*>)(?=<input type="hidden" name="as_of")')


class Choice(NamedTuple):
    """A role with the agencies that it may be re-enacted in, as (value, words)."""

    role: str
    agencies: Sequence[tuple[str, str]]


class SeenBy(NamedTuple):
    """What a page says of whose eyes it is seen with; `whom` is empty where they are the auditor's own."""

    choices: Sequence[Choice]
    counties: Sequence[str]
    chosen: str
    county: str
    whom: str


def choices_of(gate: Gate, tables: Jurisdiction, caller: Caller, words: Words) -> Sequence[Choice]:
    """By today's policies, in the order of the words."""

    def allowed() -> Iterator[Choice]:
        for role, rule in tables.roles.items():
            if not gate.may_touch(caller, "replay_as", record_of(role)):
                continue
            kinds = KINDS.get(role, frozenset())
            agencies = [
                (f"{role}.{each.agency_id}", each.name)
                for each in tables.agencies.values()
                if each.agency_id == rule.agency_id or each.kind in kinds
            ]
            yield Choice(role, sorted(agencies, key=lambda each: each[1]))

    return sorted(allowed(), key=lambda each: words.word("role", each.role))


def seeing(past: Past, query: Any, gate: Gate) -> Past:
    """With the role that an address names. Raises `NoSuchRole`."""
    chosen = query.get(SEEN_BY, "")
    if not chosen:
        return past
    role, _, agency = chosen.partition(".")
    try:
        standing = standing_of(role, agency, query.get(IN_COUNTY, ""))
    except InvalidValue as error:
        raise NoSuchRole from error
    if not gate.may_touch(past.themselves, "replay_as", record_of(role)):
        raise NoSuchRole
    return replace(past, standing=standing)


def seen_by(past: Past, gate: Gate, tables: Jurisdiction, words: Words) -> SeenBy:
    """What the page says of it."""
    standing = past.standing
    whom = ""
    if standing is not None:
        agency = tables.agencies.get(standing.agency)
        whom = f"{words.word('role', standing.role)}, {agency.name if agency else standing.agency}"
    return SeenBy(
        choices=choices_of(gate, tables, past.themselves, words),
        counties=sorted(each.county for each in tables.counties.values()),
        chosen=f"{standing.role}.{standing.agency}" if standing else "",
        county=standing.county if standing else "",
        whom=whom,
    )


def kept_seeing(text: str, past: Past) -> str:
    """The page with its links and questions of past moments asked with the same eyes. Done to the written page."""
    if past.standing is None:
        return text
    own = {SEEN_BY: f"{past.standing.role}.{past.standing.agency}", IN_COUNTY: past.standing.county}
    own = {name: value for name, value in own.items() if value}
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(each)}">' for name, each in own.items())

    def link(found: re.Match[str]) -> str:
        before, address, after = found.groups()
        parts = urlsplit(unescape(address))
        if f"{SEEN_BY}=" in parts.query:
            return found[0]
        query = f"{parts.query}&{urlencode(own)}"
        return f"{before}{escape(parts._replace(query=query).geturl())}{after}"

    return _ASKING.sub(lambda found: found[0] + hidden, _LINK.sub(link, text))
