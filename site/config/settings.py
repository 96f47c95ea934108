"""Settings. Those that differ between deployments come from the environment or from `.env`."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config import environment

BASE_DIR = Path(__file__).resolve().parents[2]
environment.load(BASE_DIR / ".env")

# From the environment

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret("SECRET_KEY", debug=DEBUG)
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
DATABASES = {"default": environment.database("DATABASE_URL", "sqlite:///db.sqlite3", BASE_DIR)}
if replica := environment.replica("DATABASE_REPLICA_URL", DATABASES["default"]):
    DATABASES["replica"] = replica
SITE_NAME = environment.title("SITE_NAME", "Diwan")
LANGUAGE_CODE = environment.language("LANGUAGE_CODE", "en")
TIME_ZONE = environment.zone("TIME_ZONE", "UTC")
MEDIA_ROOT = environment.folder("MEDIA_ROOT", "media", BASE_DIR)
REMOTE_IMAGES = environment.image_hosts("REMOTE_IMAGES")
BEHIND_PROXY = environment.flag("BEHIND_PROXY")
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES", "127.0.0.1,::1")
MONITORING_ALLOWED = environment.networks("MONITORING_ALLOWED", "")
BIND = environment.bind("BIND", "127.0.0.1")
PORT = environment.number("PORT", 8000, 1, 65535)
API_RATE = environment.number("API_RATE", 300, 1, 1_000_000)
WEB_CONCURRENCY = environment.number("WEB_CONCURRENCY", 2, 1, 64)
# More threads than a worker process can keep busy, because a slow client occupies one.
SERVER_THREADS = environment.POOL_SIZE
CDN_MAX_AGE = environment.number("CDN_MAX_AGE", 0, 0, 86_400)
PAGE_CACHE_MB = environment.number("PAGE_CACHE_MB", 64, 0, 65536)
CACHE_URL = environment.redis("CACHE_URL")
globals().update(environment.email_server("EMAIL_URL"))  # EMAIL_HOST and so on.
SERVER_EMAIL = environment.email_address("EMAIL_FROM", "diwan@localhost.localdomain")
DEFAULT_FROM_EMAIL = SERVER_EMAIL
ADMINS = environment.recipients("ADMINS")
ACCESS_LOG = environment.flag("ACCESS_LOG")
LOG_FORMAT = environment.choice("LOG_FORMAT", "text", ("text", "json"))
SENTRY_DSN = environment.sentry("SENTRY_DSN")
SLOW_REQUEST_MS = environment.number("SLOW_REQUEST_MS", 0, 0, 3_600_000)
SLOW_QUERY_MS = environment.number("SLOW_QUERY_MS", 0, 0, 3_600_000)
SESSION_COOKIE_AGE = 3600 * environment.number("SESSION_HOURS", 14 * 24, 1, 365 * 24)
SESSION_EXPIRE_AT_BROWSER_CLOSE = environment.flag("SESSION_ENDS_WITH_BROWSER")
PASSWORD_MIN_LENGTH = environment.number("PASSWORD_MIN_LENGTH", 8, 8, 64)
AXES_FAILURE_LIMIT = environment.number("LOGIN_ATTEMPTS", 10, 1, 1000)
AXES_COOLOFF_TIME = timedelta(minutes=environment.number("LOGIN_LOCK_MINUTES", 15, 1, 525_600))
SECOND_FACTOR = environment.choice("SECOND_FACTOR", "off", ("off", "optional", "required"))
OIDC_ISSUER = environment.issuer("OIDC_ISSUER")
OIDC_CLIENT_ID = environment.needed_with("OIDC_CLIENT_ID", "OIDC_ISSUER", OIDC_ISSUER)
OIDC_CLIENT_SECRET = environment.needed_with("OIDC_CLIENT_SECRET", "OIDC_ISSUER", OIDC_ISSUER)
OIDC_NAME = environment.title("OIDC_NAME", "OpenID Connect")
OIDC_SCOPES = environment.scopes("OIDC_SCOPES", "openid email profile")
OIDC_CREATE_USERS = environment.flag("OIDC_CREATE_USERS")
OIDC_GROUPS = environment.mapping("OIDC_GROUPS")
OIDC_GROUPS_CLAIM = environment.title("OIDC_GROUPS_CLAIM", "groups")

# Application

INSTALLED_APPS = [
    "articles",
    "config",
    "taggit",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "accounts",
    "accounts.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "config.middleware.limited_storing",
    "config.middleware.CompressionMiddleware",
    "config.middleware.ConditionalGetMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.browser_policies",
    "config.middleware.health_checks",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.shared_or_private",
    "config.user_middleware.SessionMiddleware",
    "config.middleware.interface_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.user_middleware.AuthenticationMiddleware",
    "config.user_middleware.OTPMiddleware",
    "config.user_middleware.AuditMiddleware",
    "config.user_middleware.MessageMiddleware",
    "config.user_middleware.AdminSessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.middleware.publication_on_time",
    "config.replica.replica_reads",
    "config.middleware.available_database",
    "articles.api.middleware.api_middleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "articles.context_processors.site",
            ]
        },
    }
]

# Content

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SERIALIZATION_MODULES = {
    "md": "articles.serializers",
    "json": "articles.serializers.json_times",
    "jsonl": "articles.serializers.jsonl_times",
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Caches. Statistics are cached by each process, pages and rate limits in Redis, if there is one.

LOCAL = "django.core.cache.backends.locmem.LocMemCache"
SHARED: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": CACHE_URL,
    "OPTIONS": {
        "socket_timeout": 0.5,
        "socket_connect_timeout": 0.5,
        "serializer": "config.page_encoding.PlainSerializer",
    },
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "config.object_cache.ObjectCache"},
    # A cache of its own, so that many clients do not evict statistics.
    "rates": {"BACKEND": LOCAL, "LOCATION": "rates", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}
if CACHE_URL:
    CACHES["pages"] = {**SHARED, "KEY_PREFIX": "pages", "TIMEOUT": 24 * 3600}
    CACHES["shared_rates"] = {**SHARED, "KEY_PREFIX": "rates"}
# The body of an article can have 1 MB, which is up to 3 MB in a form. The limit is larger, so that
# the form can be shown again with a text that is too long.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# Files are accepted by the import in the admin only.
IMPORT_PATH = "/admin/articles/article/import/"
IMPORT_MAX_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["config.uploads.RefuseFiles"]

# Languages and time

USE_I18N = True
# The languages of the interface, by their own names. Each but English has a message file.
LANGUAGES = [("en", "English"), ("ar", "العربية")]
# The templates are in no app, so makemessages needs to know where their strings are translated.
LOCALE_PATHS = [BASE_DIR / "articles" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "/media/"
# An article displays the images whose URLs begin with one of these.
IMAGE_URLS = (MEDIA_URL, *(f"https://{host}/" for host in REMOTE_IMAGES))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.HashedStaticFiles"
    },
}
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# Authentication

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.OpenIDBackend",
]
OTP_TOTP_ISSUER = SITE_NAME
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS.append(
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    }
)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Of a failed login, the lockout stores the form, without passwords and these fields.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "unsaved_form"]

# Security headers and cookies

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, *(f"https://{host}" for host in REMOTE_IMAGES)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "articles.admin.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"

# HTTPS. The server itself uses plain HTTP on the local interface; a proxy in front adds HTTPS. The
# redirect to HTTPS needs the proxy's header to know the scheme of a request. Cookies are secure
# if the site has a host name other than localhost; if not, editors can log in at
# http://127.0.0.1. Django sends HSTS in responses over HTTPS only.
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
HTTPS = not DEBUG and (BEHIND_PROXY or not LOCAL_HOSTS.issuperset(ALLOWED_HOSTS))
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY
# Monitoring sends requests to the server itself, by HTTP.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 3600
# W005, W021: subdomains and the preload list are the decision of the domain's owner.
# E004: LANGUAGE_CODE can be a language of articles that the interface is not translated into.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "translation.E004"]

# Logging, to stderr; errors of requests also by e-mail, if there are ADMINS. Not logged: pages
# that don't exist, and gunicorn's warning that it drops the body of each response to HEAD, which
# Django relies on. While the database is not available, `config.availability` logs that once, and
# the pool, which tries to connect again and again, now and then why.

EMAIL_HANDLERS = ["email"] if ADMINS else []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "config.request_log.RequestIdFilter"},
        "no_unavailable": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        },
        "now_and_then": {"()": "config.availability.RateFilter", "seconds": 10},
    },
    "formatters": {
        "text": {
            "()": "config.request_log.TextFormatter",
            "format": "{asctime} {levelname} {name} {request_id}: {message}",
            "style": "{",
        },
        "json": {"()": "config.request_log.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request_id"],
        },
        "email": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {
            "level": "ERROR",
            "handlers": EMAIL_HANDLERS,
            "filters": ["no_unavailable"],
        },
        "config.availability": {"handlers": EMAIL_HANDLERS},
        "psycopg.pool": {"filters": ["now_and_then"]},
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "articles": {"level": "INFO"},
        "access": {"level": "INFO"},
    },
}

# The names of all variables above, for backups.
ENVIRONMENT_VARIABLES = sorted(environment.read_names)

for name, setting in environment.misspelt_names():
    print(f"{name} is not a setting. Did you mean {setting}?", file=sys.stderr)
