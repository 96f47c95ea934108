"""Index the articles without a summary, which the admin counts and lists."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("articles", "0019_search_drafts")]

    operations = [
        migrations.AddIndex(
            "article",
            models.Index(
                condition=Q(summary=""),
                fields=["-updated", "-id"],
                name="article_without_summary",
            ),
        ),
    ]
