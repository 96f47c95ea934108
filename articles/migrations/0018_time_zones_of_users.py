"""Let users choose the time zone of the admin."""

from django.db import migrations, models

import articles.models.profile


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_working_copies")]

    operations = [
        migrations.AddField(
            "profile",
            "time_zone",
            models.CharField(
                blank=True,
                help_text="Dates and times in the admin are shown and entered in this zone.",
                max_length=64,
                validators=[articles.models.profile.validate_time_zone],
                verbose_name="time zone",
            ),
        ),
    ]
