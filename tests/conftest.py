"""What every test may rely on."""

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation


@pytest.fixture(autouse=True, scope="session")
def the_trail_can_be_emptied_between_tests():
    """Django empties tables between tests that commit; the trail refuses that, but for this harness."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_with_the_trail_unguarded(self, sql_list):
        guard = "ALTER TABLE core_auditrecord {} TRIGGER the_trail_is_never_emptied"
        flush(self, [guard.format("DISABLE"), *sql_list, guard.format("ENABLE")])

    DatabaseOperations.execute_sql_flush = flush_with_the_trail_unguarded
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def the_machine_speaks_english():
    """A request leaves its reader's language behind in the thread; the next test starts from the usual one."""
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture
def database_rejects():
    """Says whether the database itself refuses a statement."""

    def rejects(sql, params=None):
        from django.db import DatabaseError, transaction

        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, params)
        except DatabaseError:
            return True
        return False

    return rejects
