"""Times as people type them, and as answers show them: Central time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

CENTRAL = ZoneInfo("America/Chicago")


class Moment(click.ParamType[datetime]):
    """RFC 3339 with a zone, or `2026-11-02 18:00` in Central time; one that came twice or never is refused."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """A moment with its zone."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is no time. Write 2026-11-02T18:00:00-06:00, or '2026-11-02 18:00' for Central.")
        if moment.tzinfo is not None:
            return moment
        first, second = (moment.replace(tzinfo=CENTRAL, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset():
            self.fail(
                f"{value!r} came twice or not at all in Central time, as the clocks changed: add the zone,"
                f" for example {moment.isoformat()}-06:00 for standard time."
            )
        return first


def shown(moment: str) -> str:
    """For a list, with weekday and zone: `Mon 2026-11-02 18:00 CST`."""
    return datetime.fromisoformat(moment).astimezone(CENTRAL).strftime("%a %Y-%m-%d %H:%M %Z")
