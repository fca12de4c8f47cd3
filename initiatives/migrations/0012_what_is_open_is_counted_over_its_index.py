"""The index of open updates says their state, and the index of validated ones their period and work: two pages read no rows for that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_what_long_lists_are_read_by'),
        ('initiatives', '0011_one_index_of_a_bureaus_work'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='update',
            name='one_revision_of_an_update_is_open_at_a_time',
        ),
        migrations.RemoveIndex(
            model_name='update',
            name='updates_validated_latest',
        ),
        migrations.AddIndex(
            model_name='update',
            index=models.Index(condition=models.Q(('state', 'validated')), fields=['-validated_at', '-id'], include=('period', 'initiative', 'superseded_at'), name='updates_validated_latest'),
        ),
        migrations.AddConstraint(
            model_name='update',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'validated'), _negated=True), fields=('initiative', 'period'), include=('state',), name='one_revision_of_an_update_is_open_at_a_time'),
        ),
    ]
