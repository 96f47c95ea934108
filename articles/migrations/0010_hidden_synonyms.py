"""Tell synonyms of tags that readers have never seen from the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_fold_tags")]

    operations = [
        migrations.AddField(
            "tagsynonym", "hidden", models.BooleanField(default=False, editable=False)
        ),
    ]
