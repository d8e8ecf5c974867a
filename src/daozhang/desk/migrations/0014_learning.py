from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0013_processes'),
    ]

    operations: list = []
