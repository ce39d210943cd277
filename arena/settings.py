"""One settings module, driven by the environment. The README has the table of variables.

ARENA_MODE says how closed the doors are: `production` (every value must be given), `demo` (./start), `test`, `development`.
"""

from pathlib import Path
from urllib.parse import unquote

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

django_stubs_ext.monkeypatch()  # lets forms say which model they are for, in the running program too

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
MODE: str = env.str("ARENA_MODE", "development")
PRODUCTION = MODE == "production"
if MODE not in ("production", "demo", "test", "development"):
    raise ImproperlyConfigured(f"ARENA_MODE is {MODE!r}; it must be production, demo, test or development.")


def required(name: str, otherwise: str, meaning: str) -> str:
    """The variable's value; outside production a working default; in production a sentence that says what to set."""
    value: str = env.str(name, "" if PRODUCTION else otherwise)
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {meaning}.")
    return value


# --- Django -----------------------------------------------------------------------------------------------------------

SECRET_KEY = required("SECRET_KEY", "for development and demonstrations only", "a long random string, kept secret")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters.")
DEBUG = env.bool("DEBUG", False)
URL = required("ARENA_URL", "http://localhost:8000", "the arena's public address, as in https://arena.example").rstrip(
    "/"
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS: the names that the arena answers to, separated by commas.")
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' would let any name into links and mails.")

INSTALLED_APPS = [
    "arena",
    "interchange",
    "matchmaking",
    "suppliers",
    "knowledge",
    "procurements",
    "networks",
    "notifications",
    "files",
    "taxonomy",
    "accounts",
    "records",
    "ui",
    "django_prose_editor",  # its static files: ProseMirror
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "ui.middleware.LogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "ui.middleware.HeadersMiddleware",
    "interchange.api.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ui.middleware.SanityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.unsent.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PersonMiddleware",
    "arena.maintenance.MaintenanceMiddleware",
    "accounts.unsent.ResendMiddleware",
]

ROOT_URLCONF = "arena.urls"
WSGI_APPLICATION = "arena.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "arena.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "ui.templatetags.ui",
                "template_partials.templatetags.partials",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "ui.forms.Renderer"

database = env.db_url_config(
    required("DATABASE_URL", "postgres://arena@localhost/arena", "the database, as postgres://user:password@host/name")
)
DATABASES = {
    "default": {
        **database,
        "HOST": unquote(database["HOST"]),  # a socket's directory stands percent-encoded in the address
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 5},
    }
}
# A streaming replica that answers visitors (docs/decisions/0015). Without one, none of this is there.
REPLICA_LAG = env.int("ARENA_REPLICA_LAG", 30)  # seconds behind; more than that, and the primary answers
REPLICA_STICKY = env.int("ARENA_REPLICA_STICKY", 60)  # seconds that whoever wrote reads from the primary
if replica_url := env.str("DATABASE_REPLICA_URL", ""):
    if REPLICA_STICKY < REPLICA_LAG + 5:  # the replica is looked at every five seconds
        raise ImproperlyConfigured("Set ARENA_REPLICA_STICKY to at least five seconds more than ARENA_REPLICA_LAG.")
    replica = env.db_url_config(replica_url)
    DATABASES["replica"] = {
        **DATABASES["default"],
        **replica,
        "HOST": unquote(replica["HOST"]),
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"connect_timeout": 2, "options": "-c default_transaction_read_only=on"},
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["arena.routing.Router"]
    MIDDLEWARE.append("arena.routing.ReplicaMiddleware")  # the last: what the others ask, the primary answers
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The broker and the cache never share a database: cache.clear() is FLUSHDB.
REDIS_URL = required(
    "REDIS_URL",
    "redis://localhost:6379",
    "Redis or Valkey, as redis://host:6379 or unix:///path, without a database number",
).rstrip("/")
REDIS_BROKER_DB = env.int("REDIS_BROKER_DB", 0)
REDIS_CACHE_DB = env.int("REDIS_CACHE_DB", 1)


def redis_address(database: int, *, for_celery: bool = False) -> str:
    if not REDIS_URL.startswith("unix://"):
        return f"{REDIS_URL}/{database}"
    if for_celery:
        return f"redis+socket://{REDIS_URL.removeprefix('unix://')}?virtual_host={database}"
    return f"{REDIS_URL}?db={database}"


CACHES = {
    "default": {
        "BACKEND": "arena.cache.ForgivingRedisCache",
        "LOCATION": redis_address(REDIS_CACHE_DB),
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NoContextWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "home"

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.unsent.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-language",
    )
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    LANGUAGE_COOKIE_HTTPONLY = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env.bool("ARENA_BEHIND_PROXY", True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [URL]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000  # so that ten megabytes in a field get a sentence, not a bare refusal
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["files.uploading.BoundedUploadHandler"]  # what is too large is counted, not kept

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("nb", "Norsk bokmål"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"
FORMAT_MODULE_PATH = ["ui.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".data" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION  # without a collecting step on a newcomer's machine
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = env.str("ARENA_MEDIA_DIR", str(BASE_DIR / ".data" / "media"))  # no address leads there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOG_FORMAT = env.str("LOG_FORMAT", "json")
if LOG_FORMAT not in ("json", "text"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}; it must be json or text.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ui.logs.JsonLines"}, "text": {"()": "ui.logs.TextLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}

# --- Packages ---------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

ACCOUNT_ADAPTER = "notifications.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_SESSION_REMEMBER = (
    False  # a session ends with the browser, at the latest after 12 hours (accounts/middleware.py)
)
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/d/key"}
if MODE == "demo":
    ACCOUNT_RATE_LIMITS["login"] = "120/m/ip"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ALLAUTH_TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Arenan"
USERSESSIONS_TRACK_ACTIVITY = True

REST_FRAMEWORK = {  # each view of the API says the rest itself (interchange/api/base.py)
    "DEFAULT_SCHEMA_CLASS": "interchange.api.describing.Schema",
    "EXCEPTION_HANDLER": "interchange.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "DISABLE_DOCSTRING_DESCRIPTIONS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],  # enumerations stand where they are used
    "PATH_CONVERTER_OVERRIDES": {
        "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 200},
        "int": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    },
}

BROKER_URL = env.str("ARENA_BROKER_URL", "")  # RabbitMQ instead of Redis, as amqp://user:password@host:5672/vhost
CELERY_BROKER_URL = BROKER_URL or redis_address(REDIS_BROKER_DB, for_celery=True)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_ACCEPT_CONTENT = ["json"]
# A kind of work waits in a queue of its own. A worker without -Q takes from all; docs/deployment.md says how to run workers
# of one kind, so that a night of mails keeps no match waiting.
CELERY_TASK_QUEUES = [
    Queue(name, Exchange("celery"), routing_key=name) for name in ("celery", "match", "mail", "files")
]
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    "matchmaking.match_due": {"queue": "match"},
    "notifications.*": {"queue": "mail"},
    "files.*": {"queue": "files"},
    "interchange.dump_due": {"queue": "files"},
    "knowledge.check_links": {"queue": "files"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A bell that cannot be rung is given up at once: without these, a request waits six seconds for a broker that is down.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
if BROKER_URL.startswith(("amqp://", "amqps://", "pyamqp://")):
    CELERY_BROKER_CONNECTION_TIMEOUT = 2
else:
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"visibility_timeout": 3600, "socket_connect_timeout": 2, "socket_timeout": 30}
    CELERY_WORKER_DISABLE_PREFETCH = True  # a busy worker holds no bell that an idle one would answer; Redis alone can
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "match": {"task": "matchmaking.match_due", "schedule": 5.0, "options": {"expires": 5}},
    "send": {"task": "notifications.send_due", "schedule": 5.0, "options": {"expires": 5}},
    "publish": {"task": "procurements.publish_due", "schedule": 5.0, "options": {"expires": 5}},
    "publish-guidance": {"task": "knowledge.publish_due", "schedule": 15.0, "options": {"expires": 15}},
    "tell-guidance": {"task": "knowledge.tell_due", "schedule": 60.0, "options": {"expires": 60}},
    "remind-guidance": {"task": "knowledge.remind_due", "schedule": 1800.0, "options": {"expires": 1800}},
    "keep-events": {"task": "knowledge.keep_events", "schedule": 600.0, "options": {"expires": 600}},
    "keep-search": {"task": "procurements.keep_search", "schedule": 300.0, "options": {"expires": 300}},
    "remind": {"task": "procurements.remind_due", "schedule": 1800.0, "options": {"expires": 1800}},
    "remind-letters": {"task": "networks.remind_due", "schedule": 1800.0, "options": {"expires": 1800}},
    "remind-work": {"task": "networks.remind_of_work_due", "schedule": 1800.0, "options": {"expires": 1800}},
    "remind-closing": {"task": "matchmaking.remind_due", "schedule": 600.0, "options": {"expires": 600}},
    "count-words": {"task": "matchmaking.count_words", "schedule": 600.0, "options": {"expires": 600}},
    "tidy-index": {"task": "matchmaking.tidy", "schedule": 86400.0, "options": {"expires": 86400}},
    "seal": {"task": "records.seal_due", "schedule": 5.0, "options": {"expires": 5}},
    "scan": {"task": "files.scan_due", "schedule": 30.0, "options": {"expires": 30}},
    "sweep": {"task": "files.sweep_due", "schedule": 3600.0, "options": {"expires": 3600}},
    "follow-up-merges": {"task": "arena.follow_up_merges", "schedule": 600.0, "options": {"expires": 600}},
    "dump": {"task": "interchange.dump_due", "schedule": 3600.0, "options": {"expires": 3600}},
    "gather-webhooks": {"task": "interchange.gather_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "send-webhooks": {"task": "interchange.send_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "sweep-kept": {"task": "records.sweep_kept", "schedule": 3600.0, "options": {"expires": 3600}},
    "import": {"task": "interchange.import_due", "schedule": 60.0, "options": {"expires": 60}},
}

# --- Arena ------------------------------------------------------------------------------------------------------------

NAME = env.str("ARENA_NAME", "Arenan")
MFA_REQUIRED = env.bool("ARENA_MFA_REQUIRED", MODE not in ("demo", "test"))  # the rule's own tests turn it on
CHECK_LINKS = env.bool("ARENA_CHECK_LINKS", PRODUCTION)  # whether the arena visits what guidance leads to
if CHECK_LINKS:
    CELERY_BEAT_SCHEDULE["check-links"] = {
        "task": "knowledge.check_links",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    }
GUIDANCE_FOUR_EYES = env.bool("ARENA_GUIDANCE_FOUR_EYES", False)  # two read every article before it is public
MAINTENANCE = env.bool("ARENA_MAINTENANCE", False)  # everybody may read, administrators alone may write
LIMITED = env.bool("ARENA_LIMITS", MODE != "test")  # the limits' own tests turn them on
# How often what costs may be done (ui/limiting.py): at most so many times in so many seconds by a person who is logged in
# ("user"), from the address of one who is not ("ip"), and by everybody together at one link ("key", last, so that a sender
# who is refused uses up nothing of it). Nobody who works by hand meets one; docs/limits.md says why each is what it is.
LIMITS: dict[str, dict[str, tuple[int, int]]] = {
    "upload": {"user": (120, 600)},
    "autosave": {"user": (240, 60)},
    "begin": {"user": (60, 600)},
    "ask": {"user": (60, 600)},
    "interest": {"user": (60, 600)},
    "attend": {"user": (60, 600)},
    "invite": {"user": (60, 600)},
    "approach": {"user": (60, 600)},
    "message": {"user": (60, 600)},
    "export": {"user": (20, 600)},
    "packet": {"user": (60, 600), "ip": (120, 600)},
    "keep": {"user": (120, 60)},
    "resend": {"user": (60, 600)},
    "opine": {"user": (30, 600), "ip": (120, 600)},
    "search": {"ip": (300, 60)},
    "feed": {"ip": (600, 60)},
    "suggest": {"user": (240, 60), "ip": (600, 60)},
    "foresee": {"user": (120, 600)},
    "data": {"user": (300, 60), "ip": (300, 60)},
    "dump": {"user": (30, 600), "ip": (60, 600)},
    "preview": {"user": (120, 60), "ip": (300, 60)},
    "webhook": {"user": (60, 600)},
    "api": {"ip": (300, 60)},
    "api_key": {"key": (1200, 60)},
    "download": {"user": (30, 600), "ip": (60, 600)},
    "calendar": {"user": (60, 600), "ip": (600, 60), "key": (60, 600)},
}
if MODE == "demo":  # everyone comes from one address
    for figures in LIMITS.values():
        if "ip" in figures:
            figures["ip"] = (figures["ip"][0] * 10, figures["ip"][1])
REFERENCE_DIR = env.str("ARENA_REFERENCE_DIR", "")
METRICS_TOKEN = env.str("ARENA_METRICS_TOKEN", "")  # what Prometheus shows at /metrics; empty: there is no such page
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("Set ARENA_METRICS_TOKEN to at least 20 random characters, or leave it out.")
APP_ROLE = env.str("ARENA_APP_ROLE", "arena_app")
OCID_PREFIX = env.str("ARENA_OCID_PREFIX", "ocds-abcdef")
HOLD_MAIL = env.bool("NOTIFY_HOLD", False)
MAIL_LEASE_SECONDS = env.int(
    "ARENA_MAIL_LEASE", 120
)  # after that, nobody knows whether a mail that was being sent left
WEBHOOK_LEASE_SECONDS = env.int("ARENA_WEBHOOK_LEASE", 120)  # after that, a message is sent again under the same id
WEBHOOKS_MAY_BE_LOCAL = env.bool("ARENA_WEBHOOKS_LOCAL", False)  # http, and this machine: to try a receiver out
if PRODUCTION and WEBHOOKS_MAY_BE_LOCAL:
    raise ImproperlyConfigured("Leave ARENA_WEBHOOKS_LOCAL out: in production webhooks reach the open internet alone.")
LEGAL_DIR = env.str("ARENA_LEGAL_DIR", "")  # legal profiles that a lawyer has changed; ours without
ANCHOR_FILE = env.str(
    "ARENA_ANCHOR_FILE", str(BASE_DIR / ".data" / "anchor.log")
)  # the audit log's daily roots; another disk
FILE_MAX_MEGABYTES = env.int("ARENA_FILE_MAX_MB", 50)
CLAMD = env.str("ARENA_CLAMD", "")  # the virus scanner, as unix:///run/clamd.sock or tcp://host:3310; empty: none
CONTACT_EMAIL = env.str("ARENA_CONTACT_EMAIL", "arenan@example.org")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Arenan <arenan@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_PROVIDER = env.str(
    "ARENA_MAIL_PROVIDER", ""
)  # how mail leaves over HTTP instead of SMTP (notifications/channels.py)
MAIL_WEBHOOK_SECRET = env.str("ARENA_MAIL_WEBHOOK_SECRET", "")
MAIL_KEYS = {
    "brevo": "BREVO_API_KEY",
    "mailgun": "MAILGUN_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
}
if MAIL_PROVIDER:
    if MAIL_PROVIDER not in MAIL_KEYS:
        raise ImproperlyConfigured(
            f"ARENA_MAIL_PROVIDER is {MAIL_PROVIDER!r}; it must be one of {', '.join(MAIL_KEYS)}."
        )
    if MAIL_WEBHOOK_SECRET and (":" not in MAIL_WEBHOOK_SECRET or len(MAIL_WEBHOOK_SECRET) < 20):
        raise ImproperlyConfigured("Set ARENA_MAIL_WEBHOOK_SECRET to name:password, at least 20 random characters.")
    INSTALLED_APPS.append("anymail")
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
    ANYMAIL = {
        MAIL_KEYS[MAIL_PROVIDER]: required("ARENA_MAIL_KEY", "", "the key of the mail provider"),
        "REQUESTS_TIMEOUT": (5, 20),
        "WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET,
    }
    if mail_api := env.str("ARENA_MAIL_API_URL", ""):
        ANYMAIL[f"{MAIL_PROVIDER.upper()}_API_URL"] = mail_api
elif email_url := env.str("EMAIL_URL", ""):
    vars().update(env.email_url_config(email_url))
elif PRODUCTION:
    raise ImproperlyConfigured(
        "Set EMAIL_URL: how mail leaves, as smtp+tls://user:password@host:587; or ARENA_MAIL_PROVIDER."
    )
else:
    # What would have been sent is written to a folder, one file a mail.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = env.str("ARENA_MAIL_DIR", str(BASE_DIR / ".data" / "mail"))
# Where reports of mails that did not arrive come in, as imaps://user:password@host/INBOX or maildir:///path; empty: nowhere.
BOUNCE_URL = env.str("ARENA_BOUNCE_URL", "")
if BOUNCE_URL:
    CELERY_BEAT_SCHEDULE["bounces"] = {
        "task": "notifications.take_in_bounces",
        "schedule": 300.0,
        "options": {"expires": 300},
    }
EMAIL_TIMEOUT = 20
# Where notices are fetched from, as ted,doffin; empty: nowhere (interchange/fetching).
FETCH = env.list("ARENA_FETCH", default=[])
if strange := {*FETCH} - {"ted", "doffin"}:
    raise ImproperlyConfigured(f"ARENA_FETCH names {', '.join(sorted(strange))}; it can name ted and doffin.")
TED_URL = env.str("ARENA_TED_URL", "https://ted.europa.eu")
DOFFIN_URL = env.str("ARENA_DOFFIN_URL", "https://api.doffin.no/public/v2")
DOFFIN_KEY = env.str("ARENA_DOFFIN_KEY", "")
if "doffin" in FETCH and not DOFFIN_KEY:
    raise ImproperlyConfigured("Set ARENA_DOFFIN_KEY: the key of Doffin's API, which gives it for nothing.")
if FETCH:  # each source says itself when it is due, once an hour when all is well
    CELERY_BEAT_SCHEDULE["fetch"] = {"task": "interchange.fetch_due", "schedule": 600.0, "options": {"expires": 600}}
