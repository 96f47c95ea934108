"""Let the trash remember the working copies of an article, which belong to it again if it is
restored."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_index_articles_without_summary")]

    operations = [
        migrations.AddField("trashedarticle", "working_copies", models.JSONField(default=list))
    ]
