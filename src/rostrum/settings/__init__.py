"""All settings: one TOML file in the data folder, `ROSTRUM_*` variables and flags, in that order of growing weight."""

from rostrum.settings.options import Option, as_environment, options
from rostrum.settings.reading import SettingsError, load
from rostrum.settings.sections import (
    BroadcastSettings,
    BusSettings,
    DatabaseSettings,
    FeatureSettings,
    LimitSettings,
    LogSettings,
    LogsSettings,
    MailSettings,
    MediaSettings,
    PictureSettings,
    RecordingSettings,
    RegistrationSettings,
    ServerSettings,
    Settings,
    SignInSettings,
    StorageSettings,
    TokenSettings,
)

__all__ = [
    "BroadcastSettings",
    "BusSettings",
    "DatabaseSettings",
    "FeatureSettings",
    "LimitSettings",
    "LogSettings",
    "LogsSettings",
    "MailSettings",
    "MediaSettings",
    "Option",
    "PictureSettings",
    "RecordingSettings",
    "RegistrationSettings",
    "ServerSettings",
    "Settings",
    "SettingsError",
    "SignInSettings",
    "StorageSettings",
    "TokenSettings",
    "as_environment",
    "load",
    "options",
]
