"""Agencies, the roles held in them, and which of them is told of a tip."""

from datetime import date
from typing import Literal

import msgspec

from contracts.jurisdictions.marks import Confidence, Grade, Loaded

Pathway = Literal["child", "adult"]
Condition = Literal["tribal_land", "state_lines"]
"""What may be so of a case and asks for more: it happened on tribal land, or state lines were crossed."""


class Role(Loaded, frozen=True, kw_only=True):
    """Who acts or is told. `agency_id` is `None` where the role is held in many agencies."""

    role: str
    words: str
    agency_id: str | None
    source: str
    confidence: Confidence
    note: str | None


class Recipient(Loaded, frozen=True, kw_only=True):
    """Whom a notice rule reaches: one agency, or one found by the county's circuit or by service areas.

    Empty `on`: always; else where one of these conditions holds. `while_on`: only while that rule is on.
    """

    agency: str | None = None
    by: Literal["circuit", "service_area"] | None = None
    role: str | None = None
    otherwise: str | None = None
    on: tuple[Condition, ...] = ()
    while_on: str | None = None


class NoticeRule(Loaded, frozen=True, kw_only=True):
    """Who is to be told of a tip, how soon in the law's words, and why."""

    step: str
    to: Recipient
    pathway: Literal["child", "adult", "both"]
    when: str
    why: str
    citation: str
    confidence: Confidence


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """A row of agencies.csv. A phone of `None` was not found; it does not mean the agency has none.

    `federal_district` is that of a federal office which serves one; `base_county` is where the agency sits.
    """

    agency_id: str
    name: str
    kind: str
    level: str
    workflow_role: str
    role_description: str
    victim_scope: str
    jurisdiction: str
    hotline_phone: str | None
    office_phone: str | None
    text_line: str | None
    report_url: str | None
    hours: str | None
    federal_district: str | None
    base_county: str | None
    in_force_from: date | None
    in_force_until: date | None
    as_of: str
    confidence: Grade
    source: str
    note: str | None


class ServiceArea(msgspec.Struct, frozen=True, kw_only=True):
    """A row of service_areas.csv: one agency serves one county. Most agencies' counties are not on file."""

    agency_id: str
    county: str
    in_force_from: date | None
    in_force_until: date | None
    as_of: str
    confidence: Grade
    source: str
