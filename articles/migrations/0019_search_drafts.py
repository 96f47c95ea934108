"""Store the search terms of drafts, and index the unpublished articles of each owner."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0018_time_zones_of_users")]

    operations = [
        migrations.AddField("draft", "terms", models.TextField(default="")),
        migrations.AddIndex(
            "article",
            models.Index(fields=["owner", "status", "-updated", "-id"], name="article_own"),
        ),
    ]
