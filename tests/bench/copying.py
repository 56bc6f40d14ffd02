"""COPY of rows that stand in a table into another that is made like it: as fast as PostgreSQL takes them in."""

import time

import psycopg
from psycopg import sql

from tests.support.servers import Database


def copied(database: Database, table: sql.Composable, where: sql.Composable | None = None) -> float:
    """Rows a second, from memory to the end of the commit, with all keys and indexes of the table."""
    chosen = sql.SQL("SELECT * FROM {} {}").format(table, where or sql.SQL(""))
    beside = sql.Identifier("copied_to")
    with psycopg.connect(database.admin) as connection, connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(chosen)) as out:
            blocks = [bytes(block) for block in out]
        cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(beside, table))
        # PostgreSQL writes nothing of a table that is made in the same transaction to its log.
        connection.commit()
        began = time.perf_counter()
        with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(beside)) as into:
            for block in blocks:
                into.write(block)
        rows = cursor.rowcount
        connection.commit()
        took = time.perf_counter() - began
        cursor.execute(sql.SQL("DROP TABLE {}").format(beside))
        connection.commit()
    assert rows > 0, "There was nothing to copy."
    return rows / took
