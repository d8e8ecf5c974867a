from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0012_fleet'),
    ]

    operations: list = []
