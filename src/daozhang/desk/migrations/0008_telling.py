"""Contacts and their tests, webhooks out, roles. Whoever had an account before there were roles is an administrator, as before."""

from datetime import UTC, datetime, timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_administrators(apps, schema_editor):
    """Give every account that exists the role that lets it do what it could do until now."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(hours=8)
    person = apps.get_model('desk', 'Person')
    for user in apps.get_model('auth', 'User').objects.all():
        person.objects.create(user=user, role='administrator', set_by='system', set_at=now)


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0007_requests'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HouseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(max_length=16)),
                ('subject', models.CharField(max_length=128)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=64)),
                ('step', models.CharField(max_length=24)),
                ('facts', models.JSONField(default=dict)),
                ('hash', models.CharField(max_length=64)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('url', models.CharField(max_length=512)),
                ('may_be_private', models.BooleanField(default=False)),
                ('steps', models.JSONField(default=list)),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('is_active', models.BooleanField(default=True)),
                ('cursor', models.BigIntegerField(default=0)),
                ('held_until', models.DateTimeField(null=True)),
                ('misses', models.PositiveIntegerField(default=0)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ContactEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(db_index=True, max_length=32)),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('channel', models.CharField(max_length=16)),
                ('address', models.CharField(max_length=256)),
                ('source', models.CharField(blank=True, max_length=256)),
                ('verified_on', models.DateField(null=True)),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('quiet_from', models.CharField(blank=True, max_length=5)),
                ('quiet_to', models.CharField(blank=True, max_length=5)),
                ('added_by', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['role', 'acquirer', 'rank', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('role', 'acquirer', 'channel', 'address'), name='one_entry_an_address')],
            },
        ),
        migrations.CreateModel(
            name='ContactTest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16, unique=True)),
                ('asked_by', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('answer_by', models.DateTimeField()),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.CharField(blank=True, max_length=64)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tests', to='desk.contactentry')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DutyShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField()),
                ('set_by', models.CharField(max_length=64)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='desk.contactentry')),
            ],
            options={
                'ordering': ['from_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=24)),
                ('acquirers', models.JSONField(default=list)),
                ('merchants', models.JSONField(default=list)),
                ('set_by', models.CharField(max_length=64)),
                ('set_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='person', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.CharField(max_length=16)),
                ('sealed', models.CharField(max_length=256)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='desk.webhook')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.BigIntegerField()),
                ('state', models.CharField(default='queued', max_length=12)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('queued_at', models.DateTimeField()),
                ('next_try_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('detail', models.CharField(blank=True, max_length=256)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='desk.webhook')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['webhook', 'state', 'id'], name='waiting_deliveries')],
                'constraints': [models.UniqueConstraint(fields=('webhook', 'event_id'), name='one_delivery_an_event')],
            },
        ),
        migrations.RunPython(keep_administrators, migrations.RunPython.noop),
    ]
