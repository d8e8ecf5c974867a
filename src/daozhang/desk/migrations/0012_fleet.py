from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0011_tenants'),
    ]

    operations: list = []
