import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0011_tenants'),
    ]

    operations = [
        migrations.CreateModel(
            name='FleetDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('hangs_on', models.CharField(blank=True, db_index=True, max_length=64)),
                ('store_no', models.CharField(blank=True, max_length=64)),
                ('added_by', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['kind', 'code'],
            },
        ),
        migrations.CreateModel(
            name='MaintenancePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('model', models.CharField(blank=True, max_length=64)),
                ('months', models.PositiveSmallIntegerField(null=True)),
                ('transactions', models.PositiveIntegerField(null=True)),
                ('checklist', models.JSONField(default=list)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SelfCheck',
            fields=[
                ('code', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('merchant_no', models.CharField(blank=True, max_length=64)),
                ('terminal_no', models.CharField(db_index=True, max_length=32)),
                ('answers', models.JSONField(default=dict)),
                ('outcome', models.CharField(blank=True, max_length=32)),
                ('probe', models.JSONField(default=dict)),
                ('started_by', models.CharField(max_length=64)),
                ('started_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='self_checks', to='desk.case')),
            ],
            options={
                'ordering': ['-started_at', 'code'],
            },
        ),
        migrations.CreateModel(
            name='TerminalRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acquirer', models.CharField(max_length=64)),
                ('merchant_no', models.CharField(db_index=True, max_length=64)),
                ('terminal_no', models.CharField(max_length=32)),
                ('serial_no', models.CharField(max_length=64)),
                ('model', models.CharField(blank=True, max_length=64)),
                ('account_tail', models.CharField(blank=True, max_length=32)),
                ('location', models.CharField(max_length=200)),
                ('registered_by', models.CharField(max_length=64)),
                ('registered_at', models.DateTimeField()),
                ('ended_by', models.CharField(blank=True, max_length=64)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['acquirer', 'terminal_no', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('acquirer', 'terminal_no'), name='one_merchant_a_terminal'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('serial_no',), name='one_terminal_a_device')],
            },
        ),
        migrations.CreateModel(
            name='VersionTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(db_index=True, max_length=64)),
                ('version', models.CharField(max_length=64)),
                ('from_version', models.CharField(blank=True, max_length=64)),
                ('compatibility', models.TextField(blank=True)),
                ('rollback', models.TextField(blank=True)),
                ('rings', models.JSONField(default=list)),
                ('ring', models.PositiveSmallIntegerField(default=0)),
                ('stop_share_bp', models.PositiveIntegerField(default=200)),
                ('set_by', models.CharField(max_length=64)),
                ('set_at', models.DateTimeField()),
                ('ring_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['model', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('model',), name='one_target_a_model')],
            },
        ),
        migrations.CreateModel(
            name='WorkOrder',
            fields=[
                ('number', models.CharField(max_length=24, primary_key=True, serialize=False)),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('merchant_no', models.CharField(blank=True, max_length=64)),
                ('terminal_no', models.CharField(db_index=True, max_length=32)),
                ('due_on', models.DateField(db_index=True)),
                ('reason', models.CharField(max_length=16)),
                ('opened_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('done_on', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, max_length=64)),
                ('results', models.JSONField(default=dict)),
                ('parts', models.CharField(blank=True, max_length=200)),
                ('proof', models.CharField(blank=True, max_length=200)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='desk.maintenanceplan')),
            ],
            options={
                'ordering': ['due_on', 'number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('plan', 'terminal_no'), name='one_open_order_a_plan')],
            },
        ),
    ]

