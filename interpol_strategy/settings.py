"""Settings, all from the environment (docs: `.env.example`); an unsafe value stops the start and is named."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from interpol_strategy import api_described, environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRON = os.environ

if UNSAFE := environment.unsafe_values(ENVIRON):
    raise ImproperlyConfigured("Not starting, for what the environment says:\n  " + "\n  ".join(UNSAFE))

DEBUG = environment.flag(ENVIRON, "DEBUG")
DEMO = environment.flag(ENVIRON, "DEMO")  # demonstration data and accounts; never beside real data
DEMO_PASSWORD = ENVIRON.get("DEMO_PASSWORD", "demonstration-only")
PRODUCTION = environment.is_production(ENVIRON)
RUN_DIR = Path(ENVIRON.get("RUN_DIR") or BASE_DIR / ".run")

SECRET_KEY = ENVIRON.get("SECRET_KEY") or "an unsafe key: production refuses to start without one of its own"
SECRET_KEY_FALLBACKS = environment.words(ENVIRON, "SECRET_KEY_FALLBACKS")
AUDIT_KEY = ENVIRON.get("AUDIT_KEY") or "an unsafe key: production refuses to start without one for the audit trail"
AUDIT_CHECKPOINTS = Path(ENVIRON.get("AUDIT_CHECKPOINTS") or RUN_DIR / "audit-checkpoints.jsonl")
ALLOWED_HOSTS = environment.words(ENVIRON, "ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words(ENVIRON, "CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "interpol_strategy.apps.WiringConfig",
    "dashboard",
    "exchange",
    "reports",
    "initiatives",
    "outcomes",
    "objectives",
    "goals",
    "accounts",
    "core",
]

MIDDLEWARE = [
    "interpol_strategy.middleware.RequestContext",
    "interpol_strategy.middleware.SafeHeaders",
    "django.middleware.security.SecurityMiddleware",
    "interpol_strategy.middleware.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "interpol_strategy.health.ProbesFirst",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "interpol_strategy.middleware.BrowserLocale",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "interpol_strategy.middleware.Reader",
    "interpol_strategy.middleware.SessionLimits",
    "interpol_strategy.middleware.Traces",
    "interpol_strategy.middleware.ReaderLocale",
    "accounts.kept.SignInAgain",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "interpol_strategy.errors.DomainErrors",
    "axes.middleware.AxesMiddleware",
    "interpol_strategy.revalidation.Revalidation",
]

ROOT_URLCONF = "interpol_strategy.urls"
WSGI_APPLICATION = "interpol_strategy.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "interpol_strategy.context.installation",
                "dashboard.context.page_context",
            ]
        },
    }
]

# Database: one engine everywhere; a slow or lost one is an answer of 503, not a hanging page.
DATABASES = {
    "default": {
        **environment.database(ENVIRON.get("DATABASE_URL", "postgres:///strategy")),
        "CONN_MAX_AGE": environment.whole_number(ENVIRON, "CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 3,
    # What a connection plans once (core.prepared) it keeps: left to itself it weighs planning some of it anew each time, which takes
    # longer than the answer.
    "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    " -c plan_cache_mode=force_generic_plan",
    **DATABASES["default"]["OPTIONS"],
}

# Redis carries wake-up messages and a cache that may vanish; nothing is kept there alone.
REDIS_URL = environment.redis_url(ENVIRON)
CACHE_URL = ENVIRON.get("CACHE_URL") or REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "interpol_strategy.caching.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "strategy",
        "TIMEOUT": 600,
        "OPTIONS": {"db": 1, "socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

# How long a page that was drawn for a reader is kept for them, as long as nothing changes; 0 keeps none.
PAGES_KEPT_SECONDS = environment.whole_number(ENVIRON, "PAGES_KEPT_SECONDS", 600)

# How many answers are added up while a reader waits, for figures as known on a past day: a second or two. Of more a
# worker makes them.
ANSWERS_AT_ONCE = 50_000

# What a job does, by its kind: `act(job, progress) -> result` (core.jobs).
JOB_LEASE_SECONDS = 30
JOB_KINDS = {
    "report": "reports.tasks.make_report",
    "exchange.read": "exchange.tasks.read_file",
    "exchange.apply": "exchange.tasks.apply_file",
    "exchange.take_over": "exchange.tasks.take_over",
    "letters": "initiatives.tasks.send_letters",
    "picture": "dashboard.pictures.make_picture",
    "tally": "dashboard.tallies.make_tally",
    "invitation": "accounts.invitations.send_letter",
}

# People: default deny, sessions in the database, guesses throttled per account and address.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.PasswordDoor"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "accounts.sessions"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = SESSION_COOKIE_AGE = 12 * 60 * 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "interpol_strategy.throttling.account_named"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5  # hours
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "interpol_strategy.throttling.too_many_attempts"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True

# The web's own dangers. Behind a proxy that overwrites the X-Forwarded headers, PROXY_COUNT says how many there are.
PROXY_COUNT = environment.whole_number(ENVIRON, "PROXY_COUNT", 0)
AXES_IPWARE_PROXY_COUNT = PROXY_COUNT
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if PROXY_COUNT else ["REMOTE_ADDR"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "interpol_strategy.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "en"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English")), ("es", _("Spanish")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Files. Uploads and editions are handed out by views that ask who is reading, never by path.
STATIC_URL = "/static/"
STATIC_ROOT = Path(ENVIRON.get("STATIC_ROOT") or BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = Path(ENVIRON.get("MEDIA_ROOT") or BASE_DIR / "media")
STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": STATIC_STORAGE if PRODUCTION else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Letters: into files where the data is invented, by SMTP where it is real.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if PRODUCTION else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = RUN_DIR / "mail"
EMAIL_HOST = ENVIRON.get("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.whole_number(ENVIRON, "EMAIL_PORT", 587)
EMAIL_HOST_USER = ENVIRON.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = ENVIRON.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag(ENVIRON, "EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRON.get("EMAIL_FROM", "strategy@localhost")
SITE_URL = ENVIRON.get("SITE_URL", f"http://localhost:{ENVIRON.get('PORT', '8000')}")

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "knox.auth.TokenAuthentication",
    ],
    "DEFAULT_PARSER_CLASSES": ["interpol_strategy.parsers.CarefulJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["interpol_strategy.renderers.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "interpol_strategy.renderers.MostlyPlain",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "interpol_strategy.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = api_described.SETTINGS
REST_KNOX = {"TOKEN_TTL": None, "AUTO_REFRESH": False, "TOKEN_LIMIT_PER_USER": 20}

LOGGING = logs.configuration(as_json=PRODUCTION, level=ENVIRON.get("LOG_LEVEL", "INFO"))
SILENCED_SYSTEM_CHECKS: list[str] = []
