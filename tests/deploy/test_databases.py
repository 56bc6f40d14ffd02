"""What the login role of a service may never do, tried on the real PostgreSQL: so the record is kept (rule C78)."""

import uuid

import psycopg
import pytest
from psycopg import conninfo, sql

from tests.support.servers import OWNER, Database, Servers, fresh_database

STORED = {
    "stored_events": "state",
    "stored_snapshots": "state",
    "proof_nodes": "hash",
    "proof_checkpoints": "note",
    "proof_cosignatures": "line",
}
"""Tables, and what of each somebody might want to change."""


def store_one(database: Database) -> None:
    """One event and one snapshot, written as the service would."""
    with psycopg.connect(database.login) as connection:
        connection.execute("INSERT INTO stored_events VALUES (%s, 1, 'example', '', 1)", (uuid.uuid4(),))
        connection.execute("INSERT INTO stored_snapshots VALUES (%s, 1, 'example', '')", (uuid.uuid4(),))
        connection.execute("INSERT INTO proof_nodes VALUES (0, 0, '')")
        connection.execute("INSERT INTO proof_checkpoints VALUES (1, 'example', '2026-03-01 12:00Z')")
        connection.execute("INSERT INTO proof_cosignatures VALUES ('example', 1, 'example')")


@pytest.mark.parametrize("table", STORED)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DROP TABLE {}"])
def test_a_service_cannot_change_what_it_stored(database: Database, table: str, change: str) -> None:
    store_one(database)
    statement = sql.SQL(change).format(sql.Identifier(table), sql.Identifier(STORED[table]))
    with psycopg.connect(database.login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("table", STORED)
def test_even_the_owner_is_refused_a_change_of_what_is_stored(database: Database, table: str) -> None:
    store_one(database)
    statement = sql.SQL("DELETE FROM {}").format(sql.Identifier(table))
    with psycopg.connect(database.owner) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_service_cannot_lift_the_guard_or_become_the_owner(database: Database) -> None:
    with psycopg.connect(database.login, autocommit=True) as connection:
        for attempt in (
            "ALTER TABLE stored_events DISABLE TRIGGER ALL",
            "DROP TRIGGER stored_events_never_change ON stored_events",
            "SET session_replication_role = replica",
            f"SET ROLE {OWNER}",
            "CREATE TABLE public.of_my_own (id int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt)


def test_the_owner_role_cannot_sign_in(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo.make_conninfo(database.admin, user=OWNER))


def test_nobody_signs_in_without_the_password(database: Database) -> None:
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(conninfo.make_conninfo(database.login, password=password))


def test_a_statement_that_fails_leaves_no_value_in_the_servers_log(servers: Servers, database: Database) -> None:
    planted = f"planted-{uuid.uuid4()}"
    with psycopg.connect(database.login, autocommit=True) as connection:
        reservation = ("receipt", planted.encode(), uuid.uuid4())
        connection.execute("INSERT INTO reservations VALUES (%s, %s, %s)", reservation)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO reservations VALUES (%s, %s, %s)", reservation)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                sql.SQL("INSERT INTO reservations VALUES ('receipt', {}, {})").format(planted.encode(), uuid.uuid4())
            )
    with fresh_database(servers):
        log = servers.postgres.child.log.read_text()
    assert "reservations_pkey" in log, "the failure itself is logged"
    assert planted not in log
    assert planted.encode().hex() not in log
