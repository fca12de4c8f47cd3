"""Rows of the summary are changed far more often than they come: with a little room on its page a row stays there, and no
index has to be told of it (decision 33)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0011_readings_of_bureaus")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE outcomes_rollup SET (fillfactor = 90)",
            reverse_sql="ALTER TABLE outcomes_rollup RESET (fillfactor)",
        ),
    ]
