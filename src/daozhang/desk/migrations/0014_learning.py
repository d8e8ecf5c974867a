import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0013_processes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('course', models.CharField(max_length=32)),
                ('seed', models.BigIntegerField()),
                ('answers', models.JSONField()),
                ('right', models.PositiveIntegerField()),
                ('asked', models.PositiveIntegerField()),
                ('passed', models.BooleanField()),
                ('on_paper', models.BooleanField(default=False)),
                ('seconds', models.PositiveIntegerField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Learner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('role', models.CharField(max_length=32)),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('merchant_no', models.CharField(blank=True, max_length=64)),
                ('operator_no', models.CharField(blank=True, max_length=32)),
                ('is_active', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ManualDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=16)),
                ('source', models.CharField(max_length=200)),
                ('version', models.CharField(blank=True, max_length=64)),
                ('language', models.CharField(max_length=8)),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('causes', models.JSONField(default=list)),
                ('file_name', models.CharField(blank=True, max_length=256)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('imported_by', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True)),
                ('valid_until', models.DateField()),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='certificate', to='desk.attempt')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='desk.learner'),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('course', models.CharField(max_length=32)),
                ('reason', models.CharField(max_length=16)),
                ('facts', models.JSONField(default=dict)),
                ('due_on', models.DateField()),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='desk.learner')),
            ],
            options={
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ManualPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('length', models.PositiveIntegerField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='desk.manualdocument')),
            ],
            options={
                'ordering': ['document_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ManualGram',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gram', models.CharField(max_length=32)),
                ('weight', models.PositiveIntegerField()),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grams', to='desk.manualpage')),
            ],
            options={
                'indexes': [models.Index(fields=['gram'], name='desk_manual_gram')],
            },
        ),
    ]
