"""Index links by a path, which are few among all."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("articles", "0027_cover_links_and_featured_articles")]

    operations = [
        migrations.AddIndex(
            "link",
            models.Index(condition=Q(path__gt=""), fields=["path"], name="link_by_path"),
        )
    ]
