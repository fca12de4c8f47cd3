"""What an indicator declared is kept when it changes, and a value recorded without an update says what it rests on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outcomes', '0006_a_rule_can_be_followed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='measurement',
            name='source_note',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.CreateModel(
            name='FormerDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('declared', models.JSONField()),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_definitions', to='outcomes.indicator')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'former definition',
                'constraints': [models.UniqueConstraint(fields=('indicator', 'revision'), name='each_revision_of_a_definition_is_kept'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', False)), name='a_former_definition_has_ended')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER facts_are_only_superseded BEFORE UPDATE OR DELETE ON outcomes_formerdefinition "
            "FOR EACH ROW EXECUTE FUNCTION only_supersede();",
            "DROP TRIGGER facts_are_only_superseded ON outcomes_formerdefinition;",
        ),
    ]
