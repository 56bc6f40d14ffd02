"""Where a tip belongs: courts, federal district and the agencies to tell, from county and tribal land alone."""

from datetime import date

import msgspec

from contracts.jurisdictions.agencies import Agency, NoticeRule, Pathway
from contracts.jurisdictions.county import County
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.marks import Confidence

# Mississippi's circuits are redrawn on 1 January 2027; where the new county list was not read, today's ends there.
LAST_DAY_OF_TODAYS_CIRCUITS = date(2026, 12, 31)


class AgencyToTell(msgspec.Struct, frozen=True, kw_only=True):
    """One agency, why and how soon (in the law's words). A `phone` of `None` is not on file.

    `sure` is false where the table behind the agency is thin: call before relying on it.
    """

    agency_id: str
    name: str
    step: str
    why: str
    when: str
    citation: str
    confidence: Confidence
    phone: str | None
    sure: bool
    pathways: tuple[Pathway, ...]


class Routing(msgspec.Struct, frozen=True, kw_only=True):
    """A county's courts and agencies. `circuit_sure_until` is the last day the circuit is known for; `None`: no end."""

    county: str
    fips: str
    circuit_court_district: int
    circuit_sure_until: date | None
    youth_court_type: str
    chancery_court_district: int
    federal_district: str
    federal_division: str
    cps_region: str | None
    tribal_land: bool
    agencies: tuple[AgencyToTell, ...]

    def to_tell(self, pathway: Pathway) -> tuple[AgencyToTell, ...]:
        """The agencies for a child's or an adult's case. An age not known is a child's until shown otherwise."""
        return tuple(agency for agency in self.agencies if pathway in agency.pathways)


def route(jurisdiction: Jurisdiction, county: str, *, tribal_land: bool) -> Routing:
    """Raises `UnknownCounty` with the nearest names."""
    found = jurisdiction.county(county)
    amended = found.circuit_2027_status != "county_list_not_amended"
    return Routing(
        county=found.county,
        fips=found.fips,
        circuit_court_district=found.circuit_court_district,
        circuit_sure_until=LAST_DAY_OF_TODAYS_CIRCUITS if amended else None,
        youth_court_type=found.youth_court_type,
        chancery_court_district=found.chancery_court_district,
        federal_district=found.federal_district,
        federal_division=found.federal_division,
        cps_region=found.cps_region,
        tribal_land=tribal_land,
        agencies=_agencies(jurisdiction, found, tribal_land=tribal_land),
    )


def whom_to_tell(jurisdiction: Jurisdiction, county: str, *, tribal_land: bool) -> tuple[AgencyToTell, ...]:
    """The agencies of `route`; while nobody knows the county, those that are told wherever it happened.

    Raises `UnknownCounty`.
    """
    return _agencies(jurisdiction, jurisdiction.county(county) if county else None, tribal_land=tribal_land)


def _agencies(jurisdiction: Jurisdiction, county: County | None, *, tribal_land: bool) -> tuple[AgencyToTell, ...]:
    return tuple(
        _to_tell(agency, notice)
        for notice in jurisdiction.notices
        if tribal_land or notice.to.on != "tribal_land"
        for agency in _reached(jurisdiction, county, notice)
    )


def _reached(jurisdiction: Jurisdiction, county: County | None, notice: NoticeRule) -> tuple[Agency, ...]:
    if notice.to.agency is not None:
        return (jurisdiction.agencies[notice.to.agency],)
    if notice.to.by == "circuit":
        return (jurisdiction.agencies[f"DA-{county.circuit_court_district:02d}"],) if county else ()
    serving = tuple(
        agency
        for area in jurisdiction.service_areas
        if county
        and area.county == county.county
        and (agency := jurisdiction.agencies[area.agency_id]).workflow_role == notice.to.role
    )
    if serving or notice.to.otherwise is None:
        return serving
    return (jurisdiction.agencies[notice.to.otherwise],)


def _to_tell(agency: Agency, notice: NoticeRule) -> AgencyToTell:
    return AgencyToTell(
        agency_id=agency.agency_id,
        name=agency.name,
        step=notice.step,
        why=notice.why,
        when=notice.when,
        citation=notice.citation,
        confidence=notice.confidence,
        phone=agency.hotline_phone or agency.office_phone,
        sure=agency.confidence != "low",
        pathways=("child", "adult") if notice.pathway == "both" else (notice.pathway,),
    )
