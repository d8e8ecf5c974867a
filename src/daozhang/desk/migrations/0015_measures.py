import django.db.models.deletion
from django.db import migrations, models


def _own_number() -> tuple[str, models.Field]:
    return ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0014_learning'),
    ]

    operations: list = [
        migrations.CreateModel(
            name='Obligation',
            fields=[
                _own_number(),
                ('due_on', models.DateField(db_index=True)),
                ('title', models.CharField(max_length=120)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(default='CNY', max_length=3)),
                ('account_tail', models.CharField(blank=True, max_length=32)),
                ('file', models.CharField(blank=True, max_length=256)),
                ('line_no', models.BigIntegerField(default=0)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['due_on', 'title', 'id'],
                'constraints': [models.CheckConstraint(name='obligation_goes_out', condition=models.Q(amount_minor__gt=0))],
            },
        ),
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                _own_number(),
                ('acquirer', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=12)),
                ('table', models.CharField(blank=True, max_length=32)),
                ('workdays_after', models.PositiveSmallIntegerField(default=1)),
                ('at', models.CharField(blank=True, max_length=5)),
                ('within_hours', models.PositiveSmallIntegerField(default=0)),
                ('from_on', models.DateField()),
                ('document', models.CharField(blank=True, max_length=256)),
                ('set_by', models.CharField(max_length=64)),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['acquirer', 'what', 'table'],
                'constraints': [models.UniqueConstraint(name='one_agreement_a_thing', fields=['acquirer', 'what', 'table'])],
            },
        ),
        migrations.CreateModel(
            name='PreventionMeasure',
            fields=[
                _own_number(),
                ('title', models.CharField(max_length=160)),
                ('began_on', models.DateField()),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('merchants', models.JSONField(default=list)),
                ('break_types', models.JSONField(default=list)),
                ('note', models.TextField(blank=True)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={'ordering': ['-began_on', 'id']},
        ),
        migrations.CreateModel(
            name='CaseOpinion',
            fields=[
                _own_number(),
                ('closed_at', models.DateTimeField()),
                ('score', models.PositiveSmallIntegerField()),
                ('note', models.TextField(blank=True)),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='desk.case')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [
                    models.UniqueConstraint(name='one_opinion_a_closing', fields=['case', 'closed_at']),
                    models.CheckConstraint(
                        name='opinion_from_one_to_five', condition=models.Q(score__gte=1) & models.Q(score__lte=5)
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                _own_number(),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touches', to='desk.case')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['by', 'at'], name='touches_of_a_person')],
            },
        ),
    ]
