from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0008_telling'),
    ]

    operations = [
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField(db_index=True)),
                ('url', models.CharField(max_length=512)),
                ('files', models.BigIntegerField()),
                ('bytes_all', models.BigIntegerField()),
                ('new_bytes', models.BigIntegerField()),
                ('took_ms', models.BigIntegerField()),
                ('state', models.CharField(choices=[('made', 'Made'), ('verified', 'Verified'), ('failed', 'Failed')], max_length=16)),
                ('verified_at', models.DateTimeField(null=True)),
                ('restore_ms', models.BigIntegerField(null=True)),
                ('checked', models.JSONField(default=dict)),
                ('problem', models.TextField(blank=True)),
            ],
            options={'ordering': ['-made_at']},
        ),
    ]
