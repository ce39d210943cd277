"""Asks the web server in its own container whether it is alive; ends with an error when it is not.

The server answers only to the names in ALLOWED_HOSTS, so the question is put under the first of them.
"""

import os
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
with urllib.request.urlopen(request, timeout=4) as answer:
    print(answer.read().decode())
