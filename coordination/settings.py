"""Settings: read from the environment, and refused when half given. Nothing here guesses."""

from datetime import timedelta
from pathlib import Path

import bootstrap  # the package that brings Bootstrap's files
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from coordination import logs
from coordination.startup import refusals

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent


def required(name: str) -> str:
    """The value of an environment variable that must be there and not empty."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. `python3 manage.py demo` sets everything; production sets it in its own environment.")
    return value


def flag(name: str, default: bool) -> bool:
    """True or false, and no third word: the string "False" is not quietly true."""
    value = env.str(name, default="true" if default else "false")
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
    return value == "true"


def secret(name: str) -> str:
    """A secret, from a closed file that NAME_FILE names, or in the demo from the environment."""
    file = env.str(f"{name}_FILE", default="")
    try:
        return Path(file).read_text().strip() if file else required(name)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {type(error).__name__}") from error


def database(name: str, production: bool) -> dict[str, object]:
    """One role's way into PostgreSQL, kept open between requests."""
    required(name)
    parsed = env.db(name)
    if parsed["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must point at PostgreSQL")
    if production:
        refusals.refuse_database(name, parsed, env.ENVIRON)
    return parsed | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def provider(secure: bool) -> dict[str, str]:
    """The one provider of single sign-on: issuer, client and its secret, all of them or none (docs/decisions/0039)."""
    file = env.str("OIDC_CLIENT_SECRET_FILE", default="")
    secret = Path(file).read_text().strip() if file else env.str("OIDC_CLIENT_SECRET", default="")
    given = {"issuer": env.str("OIDC_ISSUER", default=""), "client_id": env.str("OIDC_CLIENT_ID", default=""), "secret": secret}
    if any(given.values()) and not all(given.values()):
        raise ImproperlyConfigured("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET (or OIDC_CLIENT_SECRET_FILE) belong together.")
    if secure and given["issuer"] and not given["issuer"].startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// like PORTAL_ORIGIN.")
    return given


SECRET_KEY = secret("SECRET_KEY")
DEBUG = flag("DEBUG", default=False)
DEMO = flag("DEMO", default=False)
PORTAL_ORIGIN = required("PORTAL_ORIGIN").rstrip("/")
SECURE_ORIGIN = PORTAL_ORIGIN.startswith("https://")
ALLOWED_HOSTS = [PORTAL_ORIGIN.split("://", 1)[1].split(":")[0]]
if not SECURE_ORIGIN and ALLOWED_HOSTS != ["localhost"]:
    raise ImproperlyConfigured("PORTAL_ORIGIN must begin with https://; only http://localhost goes without.")
# People of offices and schools reach it, with their own data: what is unsafe is refused at the start (coordination/startup/refusals.py).
PRODUCTION = SECURE_ORIGIN and not DEMO
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be false where PORTAL_ORIGIN begins with https://.")
CSRF_TRUSTED_ORIGINS = [PORTAL_ORIGIN]
FIELD_KEYS_FILE = Path(required("FIELD_KEYS_FILE"))
TRAIL_KEY_FILE = Path(required("TRAIL_KEY_FILE"))
TRAIL_FOLDER = Path(required("TRAIL_FOLDER"))
MEDIA_ROOT = Path(required("MEDIA_ROOT"))

# portal_app serves; portal_owner migrates and owns (ground.md 24).
# No statement of a page or a worker runs away with a connection, and nobody waits for a lock for ever. A client that is gone is
# noticed in seconds, and a transaction that only idles ends after the longest task: its locks are another worker's (jobs.py).
SESSION = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "660s",
    "client_connection_check_interval": "1s",
    "random_page_cost": "1.1",  # disks without a moving arm
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
DATABASES = {"default": database("DATABASE_URL", PRODUCTION)}
# Only commands that migrate or load reference data are given the owner's way in; what serves has none (serving.py).
if "DATABASE_OWNER_URL" in env:
    DATABASES["owner"] = database("DATABASE_OWNER_URL", PRODUCTION)
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "coordination",
    "agreements",
    "activities",
    "incidents",
    "briefings",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "coordination.middleware.Fenced",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "coordination.middleware.RefuseBrokenRequests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coordination.middleware.SecondFactor",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "coordination.middleware.Actor",
    "coordination.middleware.Limits",
    "coordination.middleware.Pace",
    "coordination.middleware.NeverStored",
    "coordination.middleware.SaidPlainly",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "coordination.urls"
WSGI_APPLICATION = "coordination.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coordination.web.navigation.page_frame",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["coordination.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE_ORIGIN else "language"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", next(iter(bootstrap.__path__)))]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}

AUTH_USER_MODEL = "coordination.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "coordination.door.passwords.Guessable"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Sorted SHA-1 hashes of breached passwords, as the public lists have them; empty: none is asked (coordination/door/passwords.py).
BREACHED_PASSWORDS_FILE = env.str("BREACHED_PASSWORDS_FILE", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "coordination:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "coordination.door.accounts.ClosedDoor"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"reset_password": "coordination.people.account_forms.MailResetForm"}
# One limiter of the door only: axes, below (dependencies.md 1). A school, or a whole province behind a proxy, shares one address.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": ""}
# The second factor: whose addresses, which kinds, where its secrets lie (coordination/door/factors.py).
MFA_ADAPTER = "coordination.door.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_ORIGIN
MFA_FORMS = {"authenticate": "coordination.door.forms.CodeForm", "authenticate_webauthn": "coordination.door.forms.PasskeyForm"}

# Single sign-on: one provider, or none; tokens are not kept (coordination/door/single_sign_on.py).
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = provider(SECURE_ORIGIN).values()
OIDC_SECOND_FACTOR = env.str("OIDC_SECOND_FACTOR", default="asked")
if OIDC_SECOND_FACTOR not in {"asked", "trusted"}:
    raise ImproperlyConfigured("OIDC_SECOND_FACTOR must be asked or trusted.")
SOCIALACCOUNT_ADAPTER = "coordination.door.single_sign_on.Provider"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 4  # seconds, for each of the few calls to the provider

# A growing delay per account and client together: an outsider elsewhere delays nobody but himself.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "coordination.door.accounts.GrowingDelay"
AXES_USERNAME_CALLABLE = "coordination.door.accounts.name_given"
AXES_COOLOFF_TIME = timedelta(days=1)  # how long failures are remembered
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "coordination.door.accounts.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["password"]
# How many reverse proxies stand in front: without it every client behind one would count as one.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
AXES_CLIENT_IP_CALLABLE = "coordination.door.accounts.client_address"

# What one appointment may take: pages read in a minute in each web process, papers ordered in a day.
PAGES_PER_MINUTE = env.int("PAGES_PER_MINUTE", default=240)
PAPERS_PER_DAY = env.int("PAPERS_PER_DAY", default=60)

# How long a session stands is decided in coordination/door/sessions.py; this is for strangers. A cookie of this host alone, where it is secure.
SESSION_COOKIE_AGE = int(timedelta(minutes=15).total_seconds())
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE_ORIGIN else "sessionid"
CSRF_FAILURE_VIEW = "coordination.door.stepup.refused_token"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE_ORIGIN else "csrftoken"
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ENGINE = "coordination.door.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_ORIGIN
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE_ORIGIN
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_ORIGIN else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_ORIGIN
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_ORIGIN else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        # A form that leads on to the provider of single sign-on is stopped by browsers unless its host stands here.
        "form-action": ["'self'", *(["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else [])],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # Text never becomes a script: the one place that reads a page of ours again names its policy (static/js/poll.js).
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["portal-part"],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
# Files: kept in memory and never in a temporary file, ten megabytes each and fifty in all (coordination/intake/uploads.py).
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["coordination.intake.uploads.InMemory"]
# What scans them: unix:/run/clamav/clamd.ctl, tcp:127.0.0.1:3310, clamscan:/folder/of/signatures; "off" is a decision to go without, nothing
# means that no file is handed out until somebody has set it.
CLAMAV = env.str("CLAMAV", default="off" if DEMO else "")

PDF_FONT_DIR = env.str("PDF_FONT_DIR", default="")

EMAIL_BACKEND = "coordination.door.mailbox.SampleMailbox" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_TIMEOUT = 10
# Sealed after a first open word (STARTTLS, port 587) or from the first byte on (port 465); the server's certificate is checked either way.
EMAIL_USE_TLS, EMAIL_USE_SSL = flag("EMAIL_USE_TLS", default=False), flag("EMAIL_USE_SSL", default=False)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS and EMAIL_USE_SSL are two ways: set one of them.")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="phoi-hop-an-toan@localhost")

CELERY_BROKER_URL = required("REDIS_URL")
if PRODUCTION:
    refusals.refuse_broker(CELERY_BROKER_URL)
    refusals.refuse_mail(EMAIL_HOST, EMAIL_USE_TLS or EMAIL_USE_SSL)
    refusals.refuse_scanner(CLAMAV)
# Two queues, taken in turn: a mail server that hangs holds up mails, not reports.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "mail")]
CELERY_TASK_ROUTES = {"mail_notice": {"queue": "mail"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A free process fetches one message. Counting unacknowledged ones instead leaves a worker deaf: those whose acknowledgement failed
# while Redis hung count for ever.
CELERY_WORKER_PREFETCH_MULTIPLIER = 0
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long that takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False

LOGGING = logs.SETTINGS
SILENCED_SYSTEM_CHECKS: list[str] = []
