"""Asks the web server in its own container whether it is alive; ends with an error when it is not.

The server answers only to the names in ALLOWED_HOSTS, so the question is put under the first of them.
"""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
connection.request("GET", "/healthz", headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")})
answer = connection.getresponse()
if answer.status != 200:
    sys.exit(f"/healthz answered {answer.status}")
