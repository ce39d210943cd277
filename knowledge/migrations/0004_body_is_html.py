"""From Markdown as it was typed to the HTML that it became: versions keep the very words that were public.

A text that was not changed since it was published gets its version's HTML, so that nothing seems to wait for publication.
"""

from django.db import migrations

from knowledge.rendering import render

VERSIONS = """
ALTER TABLE knowledge_articleversion DISABLE TRIGGER article_version_is_frozen;
UPDATE knowledge_articleversion SET body = html;
ALTER TABLE knowledge_articleversion ENABLE TRIGGER article_version_is_frozen;
"""


def texts(apps, schema_editor):
    for text in apps.get_model("knowledge", "ArticleText").objects.select_related("current_version").iterator():
        public = text.current_version
        text.body = public.html if public and text.body == public.body else str(render(text.body))
        text.save(update_fields=["body"])


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_life_and_surroundings")]
    operations = [
        migrations.RunPython(texts, migrations.RunPython.noop),
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
    ]
