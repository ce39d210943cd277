"""A database as it stands, kept in this process, and put back later in a moment instead of being made again."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

NOT_OURS = "django_migrations"


def take():
    """Every row of every table, as PostgreSQL writes them, and where each sequence is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s", [NOT_OURS])
        rows = {}
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                rows[table] = b"".join(bytes(piece) for piece in copy)
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        return rows, cursor.fetchall()


def put_back(copy_of_all):
    """What stands there now is gone. Triggers and foreign keys are not asked: these rows have passed them once."""
    rows, sequences = copy_of_all
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in rows))
        cursor.execute("SET session_replication_role = replica")
        try:
            for table, written in rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(written)
            for name, value in sequences:
                cursor.execute("SELECT setval(%s, %s)", [f'"{name}"', value])
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
    ContentType.objects.clear_cache()


DEMONSTRATION = []


def demonstration():
    """The arena with its demonstration, as ./start shows it; made once in a process."""
    if DEMONSTRATION:
        put_back(DEMONSTRATION[0])
        return
    from arena import demo
    from taxonomy import loading

    loading.load()
    demo.load(timezone.now())
    DEMONSTRATION.append(take())
