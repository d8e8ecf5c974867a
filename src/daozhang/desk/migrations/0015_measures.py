from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0014_learning'),
    ]

    operations: list = []
