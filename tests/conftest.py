"""What every test may rely on, and in which order several workers take the files."""

import os

import hypothesis
import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from tests import demonstration, left_behind
from tests.process_state import Watch

# Several workers take whole files, these first: what takes long must not be the last that one of them takes on.
# A file that needs the demonstration and one that does not stand side by side: one worker makes it, the other has work.
LONG_ONES = (
    "tests/browser/test_axe.py",
    "tests/api/test_permission_matrix.py",
    "tests/api/test_nothing_chokes.py",
    "tests/browser/",
    "tests/demo/",
    "tests/dashboard/test_every_page.py",
    "tests/api/test_no_update_is_lost.py",
    "tests/pages/test_two_writers.py",
    "tests/api/",
    "tests/dashboard/",
    "tests/administration/test_first",
    "tests/exchange/",
    "tests/infrastructure/",
    "tests/plans/",
    "tests/reports/",
    "tests/pages/",
)

# What is invented is the same each time, so that a run says something of the change that it tries; `make fuzz` looks further.
FUZZ_SEED = os.environ.get("FUZZ_SEED")
hypothesis.settings.register_profile(
    "told", derandomize=FUZZ_SEED is None, deadline=None, database=None, print_blob=True
)
hypothesis.settings.load_profile("told")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Among several workers a file's own tests stay in their order; alone, everything does."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    return next(turn for turn, start in enumerate((*LONG_ONES, "")) if nodeid.startswith(start))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The first worker that has migrated its database leaves a copy, from which the demonstration begins.

    Where no test of the run asks for the database itself, nobody has migrated any, and there is nothing to leave.
    """
    with django_db_blocker.unblock():
        is_migrated = MigrationRecorder(connection).has_table()
        connection.close()
        if is_migrated:
            demonstration.keep_migrated(connection.settings_dict["NAME"])
    yield
    # While a browser runs, its event loop may have Django keep another connection for the same thread: that one is then
    # closed before the database is dropped, and not the one that the tests used since.
    connection.close()


@pytest.fixture(autouse=True)
def nobody_stays_in_the_database(request):
    """Fails the test after which somebody else is still within a transaction: the next one would wait for its locks."""
    yield
    if _asks_the_database(request.node):
        left = left_behind.open_transactions()
        assert not left, "left behind: " + "; ".join(left)


def _asks_the_database(item) -> bool:
    return "_django_db_helper" in item.fixturenames or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Fails the test that leaves a lock by number to others, when all of the test has been put away."""
    result = yield
    left = left_behind.locks_by_number() if _asks_the_database(item) else []
    assert not left, "left behind: " + "; ".join(left)
    return result


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left_of_the_module(django_test_environment):
    """Fails the last test of a module that leaves a session, a setting, a thread or another clock to the next module."""
    watch = Watch()
    yield
    left = left_behind.sessions() + left_behind.session_settings() + watch.left_behind()
    assert not left, "left behind: " + "; ".join(left)


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


@pytest.fixture(autouse=True, scope="session")
def nobody_asks_what_a_page_was_drawn_from():
    """Django's test client copies the context of every part of a page that is drawn; tests look at pages alone."""
    with pytest.MonkeyPatch.context() as here:
        here.setattr("django.test.client.store_rendered_templates", lambda *_given, **_named: None)
        yield


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
