"""When content changed last, so that all processes tell readers the same date."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_search")]

    operations = [
        migrations.AddField(
            model_name="contentversion",
            name="changed",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
