"""Creates the tables every service stands on. Run by the installer as the database's owner, never by a service."""

from pathlib import Path

import psycopg
from psycopg import sql


def install_tables(conninfo: str, login_role: str, extra: str | None = None) -> None:
    """Creates what is missing, in one transaction; running it again changes nothing.

    `extra` is a service's own SQL, in the same form: `{login}` stands for the login role.
    """
    kernel_tables = (Path(__file__).parent / "tables.sql").read_text()
    with psycopg.connect(conninfo) as connection:
        # Two installers at once would both find a table missing.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('muster-install'))")
        for text in (kernel_tables, extra):
            if text:
                # The SQL is this repository's own, so it is trusted as a literal.
                statements = sql.SQL(text).format(login=sql.Identifier(login_role))
                connection.execute(statements)
