import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_calendarkey'),
        ('matchmaking', '0003_words_are_counted'),
        ('procurements', '0006_joint_facts_are_frozen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'subscription', 'number', 'dictionaries', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.BigIntegerField()),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anchors', to='matchmaking.subscription')),
                ('number', models.SmallIntegerField()),
                ('rest', models.CharField(max_length=900, null=True)),
                ('dictionaries', models.SmallIntegerField()),
                ('kinds', models.SmallIntegerField()),
                ('languages', models.SmallIntegerField()),
                ('levels', models.SmallIntegerField()),
                ('goals', models.IntegerField()),
                ('value_from', models.BigIntegerField()),
                ('value_to', models.BigIntegerField()),
                ('flags', models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='AskedKey',
            fields=[
                ('key', models.CharField(db_collation='C', max_length=140, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Attention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('follows', 'Follows'), ('muted', 'Hears no more of it')], max_length=10)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ClosingReminder',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='closing_reminder', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('days', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('field', 'Field'), ('place', 'Region'), ('buyer', 'Buyer'), ('larger', 'Value from'), ('smaller', 'Value up to')], max_length=10)),
                ('value', models.CharField(max_length=20)),
                ('points', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='subscription',
            name='subscription_has_keys',
        ),
        migrations.RemoveIndex(
            model_name='subscription',
            name='subscription_keys',
        ),
        migrations.RemoveField(
            model_name='subscription',
            name='place_keys',
        ),
        migrations.RemoveField(
            model_name='subscription',
            name='subject_keys',
        ),
        migrations.AddField(
            model_name='match',
            name='hits',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), default=list, size=None),
        ),
        migrations.AddField(
            model_name='receiver',
            name='rhythm',
            field=models.CharField(blank=True, choices=[('at-once', 'At once'), ('daily', 'Once a day'), ('weekly', 'Once a week'), ('off', 'No mail')], max_length=10),
        ),
        migrations.AddField(
            model_name='subscription',
            name='buyers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='buyers'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='currency',
            field=models.CharField(blank=True, max_length=3, verbose_name='currency'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='excluded_keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=900), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='subscription',
            name='follows',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='subscription',
            name='levels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=1), blank=True, default=list, size=None, verbose_name='innovation'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='looked_back_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='needs_all',
            field=models.BooleanField(default=False, verbose_name='only what has both a field and a word'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='networks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='buyer networks'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='value_from',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='value from'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='value_to',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='value up to'),
        ),
        migrations.AlterField(
            model_name='match',
            name='dismissed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='match',
            name='dismissed_reason',
            field=models.CharField(blank=True, choices=[('field', 'Not our field'), ('large', 'Too large for us'), ('small', 'Too small for us'), ('place', 'Not our part of the country'), ('buyer', 'Not this buyer'), ('other', 'Another reason')], max_length=20),
        ),
        migrations.AlterField(
            model_name='match',
            name='subscription',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='matchmaking.subscription'),
        ),
        migrations.AlterField(
            model_name='match',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='procurements.noticeversion'),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(condition=models.Q(('dismissed_by__isnull', False)), fields=['dismissed_by'], name='matches_put_away'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('looked_back_at', None), ('looked_back_at__lt', models.F('changed_at')), _connector='OR'), fields=['changed_at'], name='subscription_to_look_back'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value_from', None), ('value_to', None)), models.Q(models.Q(('currency', ''), _negated=True), models.Q(('value_from', None), ('value_to', None), ('value_from__lte', models.F('value_to')), _connector='OR')), _connector='OR'), name='subscription_value_range_has_a_currency_and_an_order'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('follows', ''), ('person__isnull', False), _connector='OR'), name='only_a_person_follows_by_a_click'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('follows', ''), _negated=True), fields=('person', 'follows'), name='followed_once_by_a_person'),
        ),
        migrations.AddField(
            model_name='attention',
            name='procurement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attentions', to='procurements.procurement'),
        ),
        migrations.AddField(
            model_name='attention',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attentions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='closingreminder',
            constraint=models.CheckConstraint(condition=models.Q(('days__lte', 60)), name='reminded_at_most_60_days_before'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lesson',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='matchmaking.subscription'),
        ),
        migrations.AddConstraint(
            model_name='attention',
            constraint=models.UniqueConstraint(fields=('user', 'procurement'), name='attention_one_way'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('subscription', 'about', 'value'), name='lesson_learnt_once'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 1), ('points__lte', 100)), name='lesson_costs_1_to_100'),
        ),
        migrations.RemoveField(model_name='matchrun', name='candidates'),
        # What was matched before keeps its reasons in the new form; what was "too large or too small" was not said exactly.
        migrations.RunSQL(
            """
            UPDATE matchmaking_match SET hits = coalesce(
                (SELECT array_agg((reason->>'kind') || ':' || (reason->>'value')) FROM jsonb_array_elements(reasons) reason), '{}');
            UPDATE matchmaking_match SET dismissed_reason = 'other' WHERE dismissed_reason = 'size';
            UPDATE matchmaking_subscription SET looked_back_at = changed_at;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name='match',
            name='reasons',
        ),
        # The index is the table's key and holds the cheap criteria: a notice is judged without reading the table.
        migrations.RunSQL(
            """
            ALTER TABLE matchmaking_anchor DROP CONSTRAINT matchmaking_anchor_pkey,
                ADD CONSTRAINT matchmaking_anchor_pkey PRIMARY KEY (key, subscription_id, number, dictionaries)
                INCLUDE (rest, kinds, languages, levels, goals, value_from, value_to, flags);
            """,
            migrations.RunSQL.noop,
        ),
    ]
