from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0010_business'),
    ]

    operations: list = []
