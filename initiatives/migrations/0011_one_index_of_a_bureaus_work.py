"""`latest_work_of_a_bureau` (dashboard) begins with the same columns and holds more: at 100,000 initiatives it serves every question that
this one did, and each change of a piece of work had written both."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0010_who_follows_what_changed'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='initiative',
            name='initiatives_of_a_bureau',
        ),
    ]
