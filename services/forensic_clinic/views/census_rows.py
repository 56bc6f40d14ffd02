"""What the census keeps in the table of the kit board: exams that ended, statements, and matters to settle.

There, because what is told of a kit or an exam is hidden by what that table knows: whose it is, and who is kept out.
"""

from collections.abc import Sequence

from contracts.events.forensic_clinic import ExamCompleted
from services.forensic_clinic.census.events import KitsStated, MatterGone, MatterOpened, MatterSettled
from services.kernel.batch import Effect
from services.kernel.stored_form import Happening

# `row_of` is exam, statement or matter; empty for kits and cases.
CENSUS_COLUMNS = """
    , row_of text NOT NULL DEFAULT '', completed_at timestamptz, day text NOT NULL DEFAULT '', subject uuid,
    difference text NOT NULL DEFAULT '', keeper text NOT NULL DEFAULT '', keeping_county text NOT NULL DEFAULT '',
    stated_by text[] NOT NULL DEFAULT '{{}}', matter_phase text NOT NULL DEFAULT '', outcome text NOT NULL DEFAULT '',
    opened_at timestamptz, settled_at timestamptz
"""

_EXAM = """
    INSERT INTO {table} (record, is_kit, tip, row_of, completed_at) VALUES (%s, false, %s, 'exam', %s)
    ON CONFLICT (record) DO UPDATE SET completed_at = excluded.completed_at
"""
_STATEMENT = """
    INSERT INTO {table} (record, is_kit, tip, row_of, day, keeper) VALUES (%(it)s, false, %(it)s, 'statement', %(day)s,
        %(agency)s)
    ON CONFLICT (record) DO NOTHING
"""
_MATTER = """
    INSERT INTO {table} (record, is_kit, tip, row_of, day, subject, difference, keeper, keeping_county, stated_by,
        matter_phase, opened_at)
    VALUES (%(it)s, false, %(it)s, 'matter', %(day)s, %(subject)s, %(kind)s, %(agency)s, %(county)s, %(stated_by)s,
        'open', %(at)s)
    ON CONFLICT (record) DO UPDATE SET day = excluded.day, matter_phase = 'open', opened_at = excluded.opened_at,
        outcome = '', settled_at = NULL
"""
_SETTLED = "UPDATE {table} SET matter_phase = 'settled', outcome = %s, settled_at = %s WHERE record = %s"
_GONE = "UPDATE {table} SET matter_phase = 'gone' WHERE record = %s"


def census(happening: Happening) -> Sequence[Effect]:
    """What an event changes in them."""
    match happening.event:
        case ExamCompleted() as e:
            return [Effect(_EXAM, (e.exam, e.tip, e.completed_at))]
        case KitsStated() as e:
            return [Effect(_STATEMENT, {"it": happening.stream, "day": e.day, "agency": e.agency})]
        case MatterOpened() as e:
            own = {name: getattr(e, name) for name in ("day", "subject", "kind", "agency", "county")}
            values = own | {"it": e.matter, "stated_by": list(e.stated_by), "at": happening.happened_at}
            return [Effect(_MATTER, values)]
        case MatterSettled() as e:
            return [Effect(_SETTLED, (e.outcome, happening.happened_at, e.matter))]
        case MatterGone(matter=matter):
            return [Effect(_GONE, (matter,))]
        case _:
            return ()
