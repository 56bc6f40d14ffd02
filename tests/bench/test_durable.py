"""Nothing is measured on servers that acknowledge what they have not stored."""

import psycopg
import pytest

from tests.bench.durable import NotDurable, require_durable, require_synced
from tests.support.servers import Database, Servers


def test_servers_without_fsync_are_refused(database: Database) -> None:
    with pytest.raises(NotDurable, match="'fsync': 'off'"):
        require_durable(database.login)


def test_a_role_that_does_not_wait_for_the_disk_is_refused(database: Database) -> None:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database.name} SET synchronous_commit = off".encode())
    with pytest.raises(NotDurable, match="'synchronous_commit': 'off'"):
        require_durable(database.login)


def test_the_message_server_says_that_it_syncs_always_and_is_left_as_it_was(servers: Servers) -> None:
    before = servers.nats._configuration.read_text()
    require_synced(servers.nats)
    assert servers.nats._configuration.read_text() == before
