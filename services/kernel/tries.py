"""A notice that no carrier took is given to its carriers again: after which rests, and for how long. Pure.

Every service that sends notices keeps to it. The moment is written in the commit of the refusal, so a process that dies
forgets none. When it comes, the timer only puts on record that it is time, where that still matters; a reaction to this
record asks the carriers. So each try is on record, and whoever waits for a carrier holds up no deadline.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.kernel.batch import Effect
from services.kernel.due_moments import at

MOMENT = "notice"
"""The kind of the moment at which a notice is given to its carriers again. Its stream is the notice's."""

RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After the first refusal, the second and so on; the last of them as often as it takes."""

TRIES = 28
"""A day of them. By then its role has opened their page, and every page has said all along that notices are lost."""


def again(notice: UUID, refusals: int, now: datetime) -> Sequence[Effect]:
    """The next try of one that its carriers refused so often; none where none did, or a day of tries is over."""
    if not 0 < refusals < TRIES:
        return ()
    return [at(notice, MOMENT, now + RESTS[min(refusals, len(RESTS)) - 1])]
