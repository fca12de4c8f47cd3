from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_the_trail_is_append_only")]
    operations = [
        migrations.AddField(
            model_name="installation",
            name="figures_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
