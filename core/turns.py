"""The database's locks by number, which stand for no row: all of them here, since two with one number wait for each other.

PostgreSQL calls them advisory locks and knows them by their number alone.
"""

from enum import IntEnum, unique


@unique
class Turn(IntEnum):
    """What only one at a time may do, all of this database's processes together.

    All but `SCHEDULER` end with a transaction; who leads by the clock holds that one for as long as it stays connected.
    """

    TRAIL = 4_201  # appending to the trail, always the last turn that an act takes
    REGISTER = 4_202  # giving an initiative the next number
    SUMMARY = 4_203  # computing progress
    EDITIONS = 4_204  # numbering the editions of a report
    COUNTS = 4_205  # counting changed work; taken in SQL by dashboard/migrations/0003
    SCHEDULER = 4_206  # doing what is due by the clock
    PLANS = 4_207  # loading plans from files
