"""Settings as for production: no debugging, a connection that stays open, no middleware that the API does not need."""

from __future__ import annotations

import os
from pathlib import Path

DATA = Path(os.environ.get("PEER_DATA", "."))
SERVER_NAME = os.environ.get("PEER_SERVER_NAME", "bench.example")
MAX_USERS = 1_000_000

SECRET_KEY = "loopback only, nothing is signed with it"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "bench.peer_drf.urls"
WSGI_APPLICATION = "bench.peer_drf.wsgi.application"
INSTALLED_APPS = ["rest_framework", "bench.peer_drf"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
APPEND_SLASH = False
USE_TZ = True
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "peer.db",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }
}

# Argon2id costs what it costs in Rostrum; the other class hashes with one SHA-256, as bench/rostrum_cheap.py does.
PASSWORD_HASHERS = [os.environ.get("PEER_HASHER", "bench.peer_drf.hashers.Argon2")]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.peer_drf.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["bench.peer_drf.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning",
    "ALLOWED_VERSIONS": ["v3", *(f"v3.{minor}" for minor in range(1, 11))],
    "UNAUTHENTICATED_USER": None,
}
