"""Remember by which version derived data was derived, and from what."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0028_index_links_by_path")]

    operations = [
        migrations.AddField(
            "article",
            "derived_by",
            models.CharField(default="", editable=False, max_length=16, serialize=False),
        ),
        migrations.AddField(
            "article",
            "derived_from",
            models.CharField(default="", editable=False, max_length=16, serialize=False),
        ),
        migrations.AddField(
            "draft", "derived_by", models.CharField(default="", editable=False, max_length=16)
        ),
        migrations.AddIndex(
            "article", models.Index(fields=["derived_by"], name="article_derived_by")
        ),
        migrations.AddIndex("draft", models.Index(fields=["derived_by"], name="draft_derived_by")),
    ]
