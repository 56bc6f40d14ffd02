"""Makes each service's database and its two roles. Run at every start; what stands already is left as it is."""

from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from services.kernel.install import install_tables


def close_to_strangers(admin: str) -> None:
    """No role may connect to a database it was not given: by default PostgreSQL lets every role into each."""
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in ("postgres", "template1"):
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def make_role(admin: str, role: str, password: str | None = None) -> None:
    """A role with no rights yet; one without a password cannot sign in at all.

    The password reaches the server as a SCRAM verifier only.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        if password is not None:
            verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            connection.execute(
                sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
            )


def make_database(admin: str, name: str, owner: str, login: str) -> None:
    """A database that belongs to `owner` and that nobody but `login` may enter.

    Views of past moments are temporary tables of whoever looks at them.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(owner)
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(login))
        )
    with psycopg.connect(conninfo.make_conninfo(admin, dbname=name), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def as_owner(admin: str, name: str, owner: str) -> str:
    """A connection string under which the installer acts as `owner`, a role that cannot sign in by itself."""
    return conninfo.make_conninfo(admin, dbname=name, options=f"-c role={owner}")


def install_service(admin: str, service: str, password: str, own_tables: Path | None) -> None:
    """Everything one service needs in PostgreSQL. `own_tables` is its SQL beside the kernel's, if it has any."""
    database, login, owner = f"muster_{service}", f"muster_{service}", f"muster_{service}_owner"
    make_role(admin, owner)
    make_role(admin, login, password)
    make_database(admin, database, owner, login)
    extra = own_tables.read_text() if own_tables is not None and own_tables.exists() else None
    install_tables(as_owner(admin, database, owner), login, extra)
