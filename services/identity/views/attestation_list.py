"""Which quarter of an agency runs, and how far are its administrators with answering?"""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from services.identity.attestation.events import AttestationAnswered, AttestationAsked, AttestationBegun
from services.kernel.batch import Effect
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

COLUMNS = """
    agency text PRIMARY KEY, attestation uuid NOT NULL, quarter bigint NOT NULL, due_at timestamptz NOT NULL,
    asked boolean NOT NULL DEFAULT false, total integer NOT NULL DEFAULT 0, answered integer NOT NULL DEFAULT 0
"""
_BEGIN = """
    INSERT INTO {table} (agency, attestation, quarter, due_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (agency) DO UPDATE SET attestation = excluded.attestation, quarter = excluded.quarter,
        due_at = excluded.due_at, asked = false, total = 0, answered = 0
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes."""
    match happening.event:
        case AttestationBegun() as e:
            return [Effect(_BEGIN, (e.agency, e.attestation, e.quarter, e.due_at))]
        case AttestationAsked() as e:
            asked = "UPDATE {table} SET asked = true, total = %s WHERE attestation = %s"
            return [Effect(asked, (len(e.accounts), e.attestation))]
        case AttestationAnswered() as e:
            return [Effect("UPDATE {table} SET answered = answered + 1 WHERE attestation = %s", (e.attestation,))]
        case _:
            return ()


ATTESTATION_LIST = View("attestation_list", COLUMNS, project)


async def present_quarter(views: Views, agency: str, now: datetime) -> DictRow | None:
    """By the log as it stands; None where none runs, while a quarter that ended makes way for the next."""
    statement = "SELECT * FROM {table} WHERE agency = %(agency)s AND due_at > %(now)s"
    rows = await views.query("attestation_list", statement, {"agency": agency, "now": now}, current=True)
    return rows[0] if rows else None
