import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0005_one_body")]
    operations = [
        migrations.AddField(
            model_name="article",
            name="instead",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge.article",
                verbose_name="read instead",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                name="article_is_not_read_instead_of_itself",
                condition=models.Q(instead=None) | ~models.Q(instead=models.F("id")),
            ),
        ),
        migrations.AlterField(
            model_name="publication",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("published", "Published"),
                    ("returned", "Sent back with a remark"),
                    ("withdrawn", "Taken back"),
                    ("overtaken", "The text was changed in the meantime"),
                    ("failed", "It could not be published"),
                ],
                max_length=10,
            ),
        ),
    ]
