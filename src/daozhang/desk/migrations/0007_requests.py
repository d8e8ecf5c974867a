import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0006_case_life'),
    ]

    operations = [
        migrations.CreateModel(
            name='MoneyEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=8)),
                ('number', models.CharField(db_index=True, max_length=35)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=64)),
                ('step', models.CharField(max_length=24)),
                ('from_state', models.CharField(blank=True, max_length=16)),
                ('to_state', models.CharField(max_length=16)),
                ('note', models.TextField(blank=True)),
                ('facts', models.JSONField(default=dict)),
                ('hash', models.CharField(max_length=64)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PayeeAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acquirer', models.CharField(max_length=64)),
                ('merchant_no', models.CharField(db_index=True, max_length=64)),
                ('holder', models.CharField(max_length=140)),
                ('kind', models.CharField(max_length=24)),
                ('bank_name', models.CharField(blank=True, max_length=140)),
                ('bank_code', models.CharField(blank=True, max_length=16)),
                ('tail', models.CharField(max_length=4)),
                ('token', models.CharField(max_length=32)),
                ('sealed', models.BinaryField(blank=True, default=bytes)),
                ('from_on', models.DateField(null=True)),
                ('to_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['acquirer', 'merchant_no', 'id'],
            },
        ),
        migrations.CreateModel(
            name='BankMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank', models.CharField(max_length=64)),
                ('message_id', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=32)),
                ('sha256', models.CharField(max_length=64)),
                ('got_at', models.DateTimeField()),
                ('numbers', models.JSONField(default=list)),
                ('import_id', models.CharField(blank=True, max_length=24)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bank', 'message_id'), name='one_message_a_bank')],
            },
        ),
        migrations.CreateModel(
            name='PayoutRequest',
            fields=[
                ('number', models.CharField(max_length=35, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=16)),
                ('chain', models.CharField(max_length=200)),
                ('original_no', models.CharField(blank=True, max_length=128)),
                ('acquirer', models.CharField(blank=True, max_length=64)),
                ('merchant_no', models.CharField(blank=True, db_index=True, max_length=64)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(default='CNY', max_length=3)),
                ('way', models.CharField(max_length=64)),
                ('state', models.CharField(db_index=True, max_length=16)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('approved_by', models.CharField(blank=True, max_length=64)),
                ('approved_at', models.DateTimeField(null=True)),
                ('note', models.TextField(blank=True)),
                ('consent', models.JSONField(default=dict)),
                ('retry', models.CharField(blank=True, max_length=24)),
                ('finality', models.CharField(blank=True, max_length=8)),
                ('reason_code', models.CharField(blank=True, max_length=64)),
                ('reason_text', models.TextField(blank=True)),
                ('queried', models.CharField(default='not_asked', max_length=16)),
                ('queries', models.PositiveSmallIntegerField(default=0)),
                ('sends', models.PositiveSmallIntegerField(default=0)),
                ('asks', models.PositiveSmallIntegerField(default=0)),
                ('not_found', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('bank_lines', models.JSONField(default=list)),
                ('closed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='desk.payeeaccount')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='desk.case')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='desk.payoutrequest')),
            ],
            options={
                'ordering': ['-made_at', '-number'],
            },
        ),
        migrations.CreateModel(
            name='AccountChange',
            fields=[
                ('number', models.CharField(max_length=24, primary_key=True, serialize=False)),
                ('acquirer', models.CharField(max_length=64)),
                ('merchant_no', models.CharField(db_index=True, max_length=64)),
                ('way', models.CharField(max_length=64)),
                ('state', models.CharField(db_index=True, max_length=16)),
                ('asked_by', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('documents', models.JSONField(default=list)),
                ('approved_by', models.CharField(blank=True, max_length=64)),
                ('approved_at', models.DateTimeField(null=True)),
                ('cooling_until', models.DateTimeField(null=True)),
                ('active_from', models.DateField(null=True)),
                ('watched', models.JSONField(default=list)),
                ('rollback_by', models.CharField(blank=True, max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account_changes', to='desk.case')),
                ('before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changed_from', to='desk.payeeaccount')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changed_to', to='desk.payeeaccount')),
                ('test', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tests_change', to='desk.payoutrequest')),
            ],
            options={
                'ordering': ['-asked_at', '-number'],
            },
        ),
        migrations.AddConstraint(
            model_name='payoutrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['declined', 'failed', 'returned', 'withdrawn']), _negated=True), fields=('chain',), name='one_open_request_a_chain'),
        ),
        migrations.AddConstraint(
            model_name='payoutrequest',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='request_asks_for_money'),
        ),
        migrations.AddConstraint(
            model_name='accountchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['drafted', 'documented', 'cooling', 'testing', 'tested'])), fields=('acquirer', 'merchant_no'), name='one_open_change_a_merchant'),
        ),
    ]
