from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0015_measures'),
    ]

    operations: list = []
