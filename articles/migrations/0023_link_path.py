"""Let a link by a path lead to the article that the whole path or its last part names."""

from django.db import migrations

from articles.models.fields import KeyField
from articles.text import names


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_index_articles_of_editor")]

    operations = [
        migrations.AddField(
            "link",
            "path",
            KeyField(blank=True, default="", max_length=names.KEY_LENGTH),
            preserve_default=False,
        )
    ]
