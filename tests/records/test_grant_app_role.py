import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from records import auditing, sealing
from records.models import AuditEvent
from tests import make


@pytest.fixture
def app_role(transactional_db, settings, tmp_path):
    """A connection of the application's own role, after the owner gave it its rights."""
    settings.ANCHOR_FILE = str(tmp_path / "anchor.log")
    person = make.user()
    with transaction.atomic():
        auditing.record("notice.changed", person, by=person, at=make.NOW)
    sealing.seal_due(make.NOW)
    call_command("grant_app_role")
    call_command("grant_app_role")
    parameters = connection.get_connection_params()
    with psycopg.connect(
        host=parameters.get("host"), dbname=parameters["dbname"], user=settings.APP_ROLE, autocommit=True
    ) as connected:
        yield connected


@pytest.mark.parametrize("table", ["records_auditevent", "records_auditseal"])
@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
def test_the_application_cannot_change_the_audit_log(app_role, table, statement):
    column = "action" if table == "records_auditevent" else "hash"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role.execute(statement.format(table, column, column))


def test_the_application_cannot_change_what_was_published(app_role):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role.execute("update procurements_noticeversion set title = title")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role.execute("delete from procurements_noticeversion")


def test_the_application_can_do_its_work(app_role):
    app_role.execute("update accounts_user set name = 'Ny'")
    app_role.execute(
        "insert into records_auditevent (at, action, subject_type, subject_id, details, ip_prefix) values (now(), 'a', 'b', 'c', '{}', '')"
    )
    assert app_role.execute("select count(*) from records_auditevent").fetchone()[0] == 2
    app_role.execute("delete from accounts_user where false")


@pytest.mark.parametrize("change", ["update {} set sealed_at = now()", "delete from {}"])
def test_the_trigger_refuses_even_the_owner(app_role, change):
    with pytest.raises(DatabaseError, match="added to"), connection.cursor() as cursor:
        cursor.execute(change.format("records_auditseal"))
    with pytest.raises(DatabaseError, match="added to"):
        AuditEvent.objects.update(action="x")


def test_a_cluster_without_the_role_is_no_error(db, monkeypatch, capsys):
    monkeypatch.setattr(settings, "APP_ROLE", "nobody_here")
    call_command("grant_app_role")
    assert "nothing was granted" in capsys.readouterr().out
