"""Who needs to know what can point to a child, and what for.

A field of the class `locating` goes to a reader only with a sentence here. The test run compares this list with the
events and with who listens to whom: none may be missing, none may stand for what does not exist.
"""

from typing import NamedTuple


class Need(NamedTuple):
    """`reader` is a service, `event` a stored name, `field` a path within it; `sentence` is for a data officer."""

    reader: str
    event: str
    field: str
    sentence: str


NEEDS: tuple[Need, ...] = (
    Need(
        "rapid_assessment",
        "tips.tip_received",
        "age",
        "A child, or an age not known, opens a team and starts its clocks; an adult never has a child's clocks.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_received",
        "county",
        "The coordinator's board shows the county, so that responders who serve it are asked.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_received",
        "tribal_land",
        "The board says that it is tribal land, where other officers and courts have a say in the team.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_screened",
        "age",
        "The screener's judgement opens the team of somebody thought adult, or ends the team of an adult.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_screened",
        "county",
        "A team that opens only at screening needs those who serve the county, as one that opens at receipt does.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_parted",
        "age",
        "Whether a team opens again for a tip that is about another child after all; an adult gets none.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_corrected",
        "age",
        "An age entered wrongly decides whether a team must stand at all, and whose clocks run.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_corrected",
        "county",
        "After a wrong county those who serve the right one must be asked while the clock still runs.",
    ),
    Need(
        "rapid_assessment",
        "tips.tip_corrected",
        "tribal_land",
        "Where it was entered wrongly, the officers and courts who have a say are others.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_received",
        "age",
        "A child, or an age not known, is examined by a nurse certified for children; nothing else tells the age.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_received",
        "county",
        "The clinic's coordinator sees from how far the patient comes, and leaves time for the way.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_received",
        "tribal_land",
        "It comes with the event, which is read whole, and is not kept: no booking turns on it.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_screened",
        "age",
        "The screener's judgement of the age decides which certificate the nurse must hold.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_screened",
        "county",
        "The clinic's coordinator sees from how far the patient comes, and leaves time for the way.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_parted",
        "age",
        "It comes with the event, which is read whole; the clinic knows the age by the tip itself.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_corrected",
        "age",
        "After a wrong age another certificate may be needed, before an exam is booked.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_corrected",
        "county",
        "After a wrong county the patient comes from elsewhere, and the way takes another time.",
    ),
    Need(
        "forensic_clinic",
        "tips.tip_corrected",
        "tribal_land",
        "It comes with the event, which is read whole, and is not kept: no booking turns on it.",
    ),
    Need(
        "prosecution",
        "tips.tip_received",
        "age",
        "The victim's age, as it is believed, decides between the offences against a minor and against an adult.",
    ),
    Need(
        "prosecution",
        "tips.tip_received",
        "county",
        "A referral goes to the district attorney of the county's circuit.",
    ),
    Need(
        "prosecution",
        "tips.tip_received",
        "tribal_land",
        "On tribal land other courts may have the case: a referral then names its office itself.",
    ),
    Need(
        "prosecution",
        "tips.tip_screened",
        "age",
        "The screener's judgement of the age decides which offences come into question.",
    ),
    Need(
        "prosecution",
        "tips.tip_screened",
        "county",
        "It comes with the event, which is read whole, and says what the tip's first event said.",
    ),
    Need(
        "prosecution",
        "tips.tip_parted",
        "age",
        "It comes with what the service hears of tips, and is not kept: a matter has its age from the tip itself.",
    ),
    Need(
        "prosecution",
        "tips.tip_corrected",
        "age",
        "After a wrong age other offences come into question.",
    ),
    Need(
        "prosecution",
        "tips.tip_corrected",
        "county",
        "After a wrong county the office of another circuit is the right one.",
    ),
    Need(
        "prosecution",
        "tips.tip_corrected",
        "tribal_land",
        "Where it was entered wrongly, other courts have the case, or do not.",
    ),
    Need(
        "audit",
        "tips.tip_received",
        "age",
        "An auditor must see why a team was owed or not; the copy is compared byte by byte with the log.",
    ),
    Need(
        "audit",
        "tips.tip_received",
        "county",
        "An auditor must see whether those who serve the county were asked, as it was known at that moment.",
    ),
    Need(
        "audit",
        "tips.tip_received",
        "tribal_land",
        "An auditor must see whether the right officers and courts were brought in.",
    ),
    Need(
        "audit",
        "tips.tip_screened",
        "age",
        "An auditor must see what the screener judged, since it opens or ends a team.",
    ),
    Need(
        "audit",
        "tips.tip_screened",
        "county",
        "The copy is compared byte by byte with the log, and a field left out would break the comparison.",
    ),
    Need(
        "audit",
        "tips.tip_parted",
        "age",
        "Whether the tip that was parted had to get a team again is told by the age it was held to be about.",
    ),
    Need(
        "audit",
        "tips.tip_corrected",
        "age",
        "Known then and true then differ here: an auditor must see both ages.",
    ),
    Need(
        "audit",
        "tips.tip_corrected",
        "county",
        "Known then and true then differ here: an auditor must see both counties.",
    ),
    Need(
        "audit",
        "tips.tip_corrected",
        "tribal_land",
        "Known then and true then differ here: an auditor must see what was held first and what later.",
    ),
    Need(
        "audit",
        "clinic_case.noted",
        "age",
        "An auditor must see by which age the clinic chose who examines, as it was known then.",
    ),
    Need(
        "audit",
        "clinic_case.noted",
        "county",
        "An auditor must see from where the clinic was told that the patient comes.",
    ),
    Need(
        "audit",
        "kit.brought_in",
        "county",
        "An auditor must see whether those who were shown a kit of before this record work where it belongs.",
    ),
    Need(
        "audit",
        "exam.described",
        "age_band",
        "An auditor must see whether the nurse who was booked was certified for the patient.",
    ),
    Need(
        "audit",
        "exam.age_band_corrected",
        "age_band",
        "An auditor must see by which age the clinic chose who examines, as it was known then.",
    ),
    Need(
        "audit",
        "exam.language_needed",
        "language",
        "An auditor must see whether an exam went on without the interpreter it needed.",
    ),
    Need(
        "audit",
        "exam.assault_time_noted",
        "earliest",
        "An auditor must see whether an exam was offered while there was still evidence to find.",
    ),
    Need(
        "audit",
        "exam.assault_time_noted",
        "latest",
        "An auditor must see whether an exam was offered while there was still evidence to find.",
    ),
    Need(
        "audit",
        "team.county_noted",
        "county",
        "An auditor must see which county the coordinator was shown when people were asked.",
    ),
    Need(
        "audit",
        "team.county_noted",
        "tribal_land",
        "An auditor must see whether the coordinator was told that it is tribal land.",
    ),
    Need(
        "audit",
        "custody.child_taken",
        "county",
        "An auditor must see which county's youth court had to be told of the custody.",
    ),
    Need(
        "audit",
        "case.referred",
        "office",
        "An auditor must see which office had the case, and so who of its people could see it.",
    ),
    Need(
        "audit",
        "court_dates.brought_in",
        "office",
        "An auditor must see into which office's cases a file of dates came.",
    ),
    *(
        Need("audit", event, office, "An auditor must see which office had the case when, and who could see it.")
        for event in ("case.transfer_offered", "case.transfer_accepted")
        for office in ("from_office", "to_office")
    ),
    Need(
        "audit",
        "matter.noted",
        "county",
        "An auditor must see which circuit the county pointed to when the case was referred.",
    ),
    Need(
        "audit",
        "matter.noted",
        "tribal_land",
        "An auditor must see whether the referrer was asked to name the office.",
    ),
    Need(
        "audit",
        "matter.noted",
        "age",
        "An auditor must see what was believed of the victim's age when offences were chosen.",
    ),
    Need(
        "audit",
        "count.filed",
        "act_on",
        "An auditor must be able to do the arithmetic of limitation, and of the accused's age, again.",
    ),
    Need(
        "audit",
        "count.filed",
        "age_at_act",
        "An auditor must see that nobody under 18 was accused of an offence of the prostitution type.",
    ),
    Need(
        "audit",
        "count.age_corrected",
        "age_at_act",
        "Known then and true then differ here: it decides whether the count may stand.",
    ),
    Need(
        "audit",
        "tip.setting_stated",
        "setting",
        "An auditor must see which duties were owed: a child placed out of home has others told of it.",
    ),
    Need(
        "audit",
        "tip.state_lines_stated",
        "state_lines",
        "An auditor must see which duties were owed: across state lines federal investigators are told.",
    ),
    Need(
        "audit",
        "tip.screened_with",
        "age",
        "An auditor must see what each screening held of the age: by it a team opens, or ends.",
    ),
    *(
        Need("audit", event, county, "An auditor must see of which county's police a statement or its silence was.")
        for event, county in (
            ("census.kits_stated", "county"),
            ("census.matter_opened", "county"),
            ("census.day_counted", "differences.county"),
        )
    ),
)
