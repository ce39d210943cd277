"""The web process is killed after the commit and before the answer; the browser sends the form once more (quality R6, F6)."""

import json
import subprocess
import sys
import uuid
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from procurements.models import Question
from records.models import AuditEvent
from tests import make
from tests.notifications.kit import ROOT, Workers

pytestmark = pytest.mark.django_db(transaction=True)

# The arena's own WSGI application in a process of its own. It dies where a server would write the first byte of the
# answer: the transaction is committed by then, and nobody has heard of it.
DYING = """
import io, json, os, sys
from django.core.wsgi import get_wsgi_application
application, said = get_wsgi_application(), json.load(sys.stdin)
body = said["body"].encode()
def answer(status, headers, *rest):
    print(status, flush=True)
    os._exit(9)
application({
    "REQUEST_METHOD": "POST", "PATH_INFO": said["path"], "QUERY_STRING": "", "SCRIPT_NAME": "",
    "REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
    "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)), "HTTP_COOKIE": said["cookie"],
    "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
    "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
}, answer)
"""


class Nowhere:
    port = 1  # no mail is sent here


def test_what_was_committed_before_the_answer_was_lost_is_found_by_the_second_try(signed_in, tmp_path):
    notice, anna = make.notice(deadline_at=make.NOW.replace(year=2099)), make.member(make.supplier())
    client, path = signed_in(anna), reverse("procurements:question_ask", args=[notice.slug])
    client.get(path)  # gives the token of the form
    form = {"key": str(uuid.uuid4()), "text": "Räknas trappor?"}
    token = client.cookies["csrftoken"].value
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    died = subprocess.run(
        [sys.executable, "-c", DYING],
        input=json.dumps({"path": path, "cookie": cookie, "body": urlencode({**form, "csrfmiddlewaretoken": token})}),
        cwd=ROOT,
        env={**Workers(Nowhere(), tmp_path).environment, "DJANGO_SETTINGS_MODULE": "arena.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (died.returncode, died.stdout.strip()) == (9, "302 Found"), died.stderr[-2000:]
    asked = Question.objects.get()
    second = client.post(path, form)
    assert second["Location"].endswith(f"#question-{asked.pk}")
    assert Question.objects.count() == 1
    assert AuditEvent.objects.filter(action="question.asked").count() == 1
