from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0009_backups'),
    ]

    operations = [
        migrations.CreateModel(
            name='OfferText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('body', models.TextField()),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={'ordering': ['name']},
        ),
        migrations.CreateModel(
            name='LicensedInstitution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('licence_no', models.CharField(blank=True, max_length=64)),
                ('valid_to', models.DateField(null=True)),
                ('domains', models.JSONField(default=list)),
                ('phones', models.JSONField(default=list)),
                ('source', models.CharField(blank=True, max_length=256)),
                ('line_no', models.BigIntegerField()),
                ('imported_by', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField()),
            ],
            options={'ordering': ['line_no']},
        ),
    ]
