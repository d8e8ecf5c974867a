from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0015_measures'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmergencyPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('version', models.PositiveIntegerField()),
                ('body', models.TextField()),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('approved_by', models.CharField(blank=True, max_length=64)),
                ('approved_at', models.DateTimeField(null=True)),
            ],
            options={'ordering': ['name', '-version']},
        ),
        migrations.CreateModel(
            name='ShopMeans',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('store_no', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('means', models.JSONField(default=list)),
                ('offline_limit_minor', models.BigIntegerField(null=True)),
                ('noted_by', models.CharField(max_length=64)),
                ('noted_at', models.DateTimeField()),
            ],
            options={'ordering': ['store_no']},
        ),
        migrations.CreateModel(
            name='Drill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('seed', models.BigIntegerField()),
                ('team', models.CharField(max_length=120)),
                ('plan', models.CharField(blank=True, max_length=140)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('scenario', models.CharField(blank=True, max_length=16)),
            ],
            options={'ordering': ['-id']},
        ),
        migrations.CreateModel(
            name='DrillEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('step', models.CharField(max_length=16)),
                ('minor', models.BigIntegerField(default=0)),
                ('by', models.CharField(max_length=64)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('source', models.CharField(blank=True, max_length=64)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('drill', models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='events', to='desk.drill')),
            ],
            options={'ordering': ['id']},
        ),
        migrations.CreateModel(
            name='DrillFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('drill', models.CharField(max_length=120)),
                ('noted_at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='emergencyplan',
            constraint=models.UniqueConstraint(fields=('name', 'version'), name='one_plan_a_version'),
        ),
    ]
