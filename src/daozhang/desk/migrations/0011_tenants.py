import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0010_business'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('made_by', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ImportSight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_whole', models.BooleanField()),
                ('import_row', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sight', to='desk.import')),
            ],
        ),
        migrations.CreateModel(
            name='TenantMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='desk.tenant')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='membership', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='TokenHolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=24)),
                ('tenant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='desk.tenant')),
                ('token', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='holder', to='desk.apitoken')),
            ],
        ),
        migrations.CreateModel(
            name='ImportMerchant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acquirer', models.CharField(max_length=64)),
                ('merchant_no', models.CharField(max_length=64)),
                ('import_row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merchants', to='desk.import')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('import_row', 'acquirer', 'merchant_no'), name='one_merchant_an_import')],
            },
        ),
        migrations.CreateModel(
            name='TenantGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acquirer', models.CharField(max_length=64)),
                ('merchant_no', models.CharField(blank=True, max_length=64)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='desk.tenant')),
            ],
            options={
                'ordering': ['acquirer', 'merchant_no'],
                'indexes': [models.Index(fields=['acquirer', 'merchant_no'], name='grants_of_a_merchant')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'acquirer', 'merchant_no'), name='one_grant_a_merchant')],
            },
        ),
    ]
