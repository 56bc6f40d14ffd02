"""When a tip is shared, its team may be read by the same people until the same moment; ended there, it ends here."""

from contracts.events.tips import CaseShared, GlassBroken, ShareEnded
from services.kernel.http.caller import of_agency
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases, team_of
from services.rapid_assessment.sharing import sharing as decisions


class NoteSharing:
    """Holds before the team opens, too. On a stream of its own: it is no change of the team that anybody decides on."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case CaseShared() as e:
                known = await self._cases.sharing(team_of(e.tip))
                reader = str(e.account) if e.account else of_agency(e.role, e.agency)
                events = decisions.note(known.state, team_of(e.tip), e.tip, e.share, reader, e.until)
            case GlassBroken() as e:
                known = await self._cases.sharing(team_of(e.tip))
                events = decisions.note_opening(known.state, team_of(e.tip), e.tip, e.opening, e.account, e.until)
            case ShareEnded() as e:
                known = await self._cases.sharing(team_of(e.tip))
                events = decisions.end(known.state, team_of(e.tip), e.tip, e.share)
            case _:
                return None
        return Changes([Change(known.id, known.version, events)]) if events else None
