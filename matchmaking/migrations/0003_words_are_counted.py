from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matchmaking", "0002_news_is_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="WordFrequency",
            fields=[
                ("lexeme", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("key", models.CharField(db_index=True, max_length=60)),
                ("notices", models.PositiveIntegerField()),
            ],
        ),
    ]
