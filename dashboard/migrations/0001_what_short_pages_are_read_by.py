from django.db import migrations

# What pages read of the summary's rows of all bureaus together (dashboard.figures.READ), side by side and by an index alone:
# the rows themselves lie where they were last written, each with the bureaus behind it, which no page reads.
FIGURES = """
CREATE INDEX figures_of_all_bureaus ON outcomes_rollup (node_type, node_id, period_id, measure)
INCLUDE (bureau_id, is_disclosable, highest_handling, status, reason, actual, progress, expected, performance, coverage,
    lower, upper, counts, leaves, bureaus_known, last_observed_on, computed_at)
WHERE bureau_id IS NULL"""
# What the page of a bureau shows of its latest work, side by side as well.
WORK = """
CREATE INDEX latest_work_of_a_bureau ON initiatives_initiative (lead_bureau_id, updated_at DESC, id DESC)
INCLUDE (code, title, language, status, handling)"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0011_readings_of_bureaus"), ("initiatives", "0009_what_long_lists_are_read_by")]
    operations = [
        migrations.RunSQL(FIGURES, "DROP INDEX figures_of_all_bureaus"),
        migrations.RunSQL(WORK, "DROP INDEX latest_work_of_a_bureau"),
    ]
