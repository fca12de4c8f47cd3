"""When the newest value of an indicator became known is told by an index, in place of the one of its key alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_personal_settings_and_saved_views'),
        ('core', '0005_what_was_closed_is_found_among_many'),
        ('outcomes', '0013_sums_of_a_whole'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(fields=['indicator', '-recorded_at'], include=('period', 'bureau', 'superseded_at'), name='values_latest_of_an_indicator'),
        ),
        migrations.AlterField(
            model_name='measurement',
            name='indicator',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='outcomes.indicator'),
        ),
    ]
