"""What is the same everywhere. development, test and production change only what they name.

What differs between machines comes from the environment; what differs between contests is rows in the database.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("CRAFT_VAR", BASE_DIR / "var"))  # everything the running site writes

INSTALLED_APPS = [
    "craft_site.people",  # above wagtail.users: it holds the user model
    "craft_site.ledger",
    "craft_site.jobs",
    "craft_site.credentials",
    "craft_site.pictures",
    "craft_site.search",
    "craft_site.home",
    "competitions",
    "academy",
    "honours",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "craft_site.people.sessions.AccountMiddleware",
    "craft_site.kit.access.AccessMiddleware",
    "craft_site.people.web.sign_in.OwnPasswordFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "craft_site.urls"
WSGI_APPLICATION = "craft_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "wagtail.contrib.settings.context_processors.settings",
                "craft_site.home.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DJANGO_TABLES2_TEMPLATE = "django_tables2/site.html"

# --- databases: SQLite embedded, PostgreSQL in production -------------------------------------------------
# IMMEDIATE and one long-lived connection a thread: the defaults answer 80 % of concurrent writes with
# "database is locked". FULL, because an acknowledged mark must survive a power cut.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
        "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-20000; "
        "PRAGMA recursive_triggers=ON;"
    ),
}
DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{VAR / 'site.sqlite3'}", conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    VAR.mkdir(parents=True, exist_ok=True)
else:
    # The hot path's statements are planned once a connection (craft_site/kit/planned.py). 0: never, for a pooler that
    # hands connections from transaction to transaction.
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = (
        int(os.environ.get("CRAFT_KEEP_PLANS", "5")) or None
    )

# --- who may come in --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "craft_site.people.sign_in.StaffNumberOrMobileBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("staff_no", "name", "email")},
    },
    {"NAME": "craft_site.people.passwords.SignInNumberValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "front_door"
LOGOUT_REDIRECT_URL = "/"
# Years for which data of a kind are kept although the person asks for deletion; what the wings hold is in their
# personal_data.py. Vouchers of public money: ten years (会计档案管理办法 says ten to thirty).
RETENTION_YEARS = {"subsidies": 10, "benefits": 10}
DATA_ANSWER_DAYS = 15  # working days in which a request about personal data is answered
DATA_EXPORT_DAYS = 7  # for so long a copy of somebody's data can be fetched

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a whole hall shares one address
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
CSRF_FAILURE_VIEW = "craft_site.kit.access.no_token"
SESSION_ENGINE = "craft_site.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would break the way in from a link in a chat
SESSION_COOKIE_AGE = 12 * 3600  # a contest day

FILTERS_EMPTY_CHOICE_LABEL = _("All")

# --- words and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# Our own words come first; the second folder fills what Wagtail's Chinese catalogues leave in English.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
PRIVATE_ROOT = VAR / "private"  # never below MEDIA_ROOT: served by a guarded view alone
PUBLISHED_ROOT = VAR / "published"  # released results, rendered once, served before Django is entered
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "craft_site.kit.static_files.HashedModules"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Wagtail ----------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "永康工匠"
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_BASE_URL = os.environ.get("CRAFT_BASE_URL", "http://127.0.0.1:8000")
WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"
WAGTAILADMIN_LOGIN_URL = "/sign-in/"  # one way in, with one lock-out
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # /password/ does it for everybody
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILIMAGES_IMAGE_MODEL = "pictures.SiteImage"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"heic": "jpeg", "webp": "webp"}
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 30 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # both would send data to hosts abroad
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no page of ours asks a foreign host for an embed
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "craft_site.search.editors"}}

# --- keys for personal data: outside the database, rotatable ----------------------------------------------
FIELD_KEYS: dict[str, str] = {}  # key id -> base64 of 32 bytes; the first one seals, all of them open
INDEX_KEY = ""  # base64 of 32 bytes for blind indexes

# --- keys that sign the ledger's checkpoints: outside the database too ------------------------------------
LEDGER_KEYS: dict[str, str] = {}  # key id -> base64 of 32 bytes; the first one signs, all of them verify
LEDGER_ORIGIN = os.environ.get(  # the name under which it signs; it must never change
    "CRAFT_LEDGER_ORIGIN", WAGTAILADMIN_BASE_URL.split("://")[-1].rstrip("/") + "/ledger"
)

# --- certificates: who issues them, and the keys that sign them ------------------------------------------------
CREDENTIAL_ISSUER = os.environ.get("CRAFT_ISSUER", "永康市总工会")
CREDENTIAL_DID = os.environ.get("CRAFT_CREDENTIAL_DID", "")  # did:web of CRAFT_BASE_URL; it must never change
CREDENTIAL_KEYS: dict[str, str] = {}  # key id -> base64 of 32 bytes; the first signs, all of them verify
CREDENTIAL_RSA_KEYS: dict[str, str] = {}  # key id -> base64 of an RSA key (PKCS#8, DER), for the JWT form
CERTIFICATE_FONT = os.environ.get("CRAFT_CERTIFICATE_FONT", "")  # a font file; empty: Debian's fonts-noto-cjk

# --- mail: signed checkpoints to the supervision group; without a server nothing is sent ------------------
EMAIL_HOST = os.environ.get("CRAFT_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("CRAFT_MAIL_PORT", "465"))
EMAIL_HOST_USER = os.environ.get("CRAFT_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CRAFT_MAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("CRAFT_MAIL_FROM", EMAIL_HOST_USER or "ledger@localhost")

# --- work after the answer --------------------------------------------------------------------------------
JOBS_RUNNER = os.environ.get("CRAFT_JOBS", "thread")  # thread: embedded daemon thread; celery: broker
CELERY_BROKER_URL = os.environ.get("CRAFT_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "resend-due-jobs": {"task": "craft_site.jobs.tasks.resend_due_jobs", "schedule": 60.0},
}

# --- the browser's own guards -----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),  # Wagtail's date choosers are inline scripts
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],  # the editors' preview is a frame of this site
        "worker-src": [SELF],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail previews its own pages in a frame
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("CRAFT_LOG_LEVEL", "WARNING")},
}
