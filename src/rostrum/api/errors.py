"""The one class of error, and its documented shape on the wire."""

from __future__ import annotations

import re
from http import HTTPStatus

import msgspec
from msgspec import UNSET, Struct, UnsetType


class ErrorDetail(Struct, rename={"location_type": "locationType"}):
    """One reason why a request failed, and where in the request the cause stands."""

    reason: str
    message: str
    location_type: str | UnsetType = UNSET
    location: str | UnsetType = UNSET


class ErrorBody(Struct):
    """What stands under the key `error`."""

    code: int
    message: str
    errors: list[ErrorDetail]


class ErrorAnswer(Struct):
    """The body of every failed API request."""

    error: ErrorBody


class ApiError(Exception):
    """A failed request: an HTTP status and one or more documented reasons. Raising it rolls the unit of work back."""

    def __init__(self, status: int, details: list[ErrorDetail], headers: dict[str, str] | None = None) -> None:
        super().__init__(details[0].reason)
        self.status = status
        self.details = details
        self.headers = headers or {}

    @property
    def reason(self) -> str:
        """The first reason, the one that programs test."""
        return self.details[0].reason

    def body(self) -> bytes:
        """The JSON body in the documented shape."""
        phrase = HTTPStatus(self.status).phrase
        return msgspec.json.encode(ErrorAnswer(ErrorBody(self.status, phrase, self.details)))


# reason: (status, message, location type, location). Braces are filled from the keywords of `problem`.
# Statuses follow decision 1: 403 rights and tokens, 404 not found, 503 away, 400 otherwise.
_REASONS: dict[str, tuple[int, str, str | None, str | None]] = {
    "accessTokenInvalid": (403, "The access token is missing, unknown or expired.", None, None),
    "forbidden": (403, "Forbidden", None, None),
    "routeNotFound": (404, "Route not found.", None, None),
    "methodNotAllowed": (405, "The method is not allowed here.", None, None),
    "requestTooLarge": (413, "The request body is larger than {limit} bytes.", None, None),
    "invalidJson": (400, "The request body is not valid JSON.", None, None),
    "invalidRequest": (400, "Invalid request.", None, None),
    "serviceUnavailable": (503, "Service Unavailable", None, None),
    "userNotFound": (404, "User '{user_id}' is not found.", "path", "user_id"),
    "groupNotFound": (404, "Group '{group_id}' is not found.", "path", "group_id"),
    "conferenceNotFound": (404, "Conference '{conference_id}' is not found.", "path", "conference_id"),
    "conferenceSessionNotFound": (404, "Conference session '{session_id}' not found.", "path", "session_id"),
    "participantNotFound": (404, "Participant '{participant_id}' is not found.", "path", "participant_id"),
    "uniqueValueAlreadyInUse": (400, "Value is already in use. Please try another.", "parameter", "{location}"),
    "maxUsers": (400, "The server has reached the maximum number of users.", None, None),
    "conferenceLimit": (
        400,
        "You can't create more conferences, because the server has reached the maximum number of conferences.",
        None,
        None,
    ),
    "ongoingConferencesLimit": (400, "Maximum number of ongoing conferences ('{limit}') has been reached", None, None),
    "conferenceMaxInvitationsLimit": (
        400,
        "Conference '{conference_id}' invitations maximum ({max_participants}) reached.",
        "parameter",
        "invitations",
    ),
    "maxGuestsLimitReached": (
        400,
        "Maximum number of guests ({max_guests}) has been reached",
        "parameter",
        "invitations",
    ),
    "conferenceOwnerNotInInvitationsList": (
        400,
        "The conference owner must be included in the invitation list.",
        "parameter",
        "invitations",
    ),
    "conferenceUnavailableForChange": (
        400,
        "A running conference '{conference_id}' unavailable for editing.",
        "path",
        "conference_id",
    ),
    "conferenceFieldUnavailableForChange": (
        400,
        "Conference field unavailable for change during conference call.",
        "parameter",
        "{location}",
    ),
    "conferenceIsFinished": (400, "The conference is finished.", "path", "conference_id"),
    "conferenceAlreadyRunning": (400, "Conference '{conference_id}' is already running.", "path", "conference_id"),
    "conferenceIsNotRunning": (400, "Conference '{conference_id}' is not running.", "path", "conference_id"),
    "conferenceTemplateNotFound": (
        404,
        "Conference template '{template_id}' is not found.",
        "path",
        "template_id",
    ),
    "contactNotFound": (404, "Contact '{contact_id}' is not found.", "path", "contact_id"),
    "invitationNotFound": (404, "Invitation '{invitation_id}' is not found.", "path", "invitation_id"),
    "presetNotFound": (404, "Preset '{preset_id}' is not found.", "path", "preset_id"),
    "recordNotFound": (404, "Record '{record_id}' is not found.", "path", "record_id"),
    "recordingNotFound": (404, "Recording '{recording_id}' is not found.", "path", "recording_id"),
    "participantIsUnavailable": (
        400,
        "Participant '{participant_id}' is unavailable.",
        "parameter",
        "participant_id",
    ),
    "participantAlreadyInConference": (
        400,
        "Participant '{participant_id}' already in conference.",
        "parameter",
        "participant_id",
    ),
    "joinOptionsNotAllowedByLicense": (
        400,
        "Join options specified in request are not allowed by license.",
        "parameter",
        "join_options",
    ),
    "mcuModeUnavailableWhenMulticastIsEnabled": (
        400,
        "MCU mode is unavailable when multicast is enabled.",
        "parameter",
        "mcu_mode",
    ),
    "joinOptionsNotEditableInMcuMode": (
        400,
        "Join options are not editable when MCU mode is enabled.",
        "parameter",
        "join_options",
    ),
    "joinOptionsNotAllowedWhenMulticastIsEnabled": (
        400,
        "Join options specified in request are not allowed when multicast is enabled.",
        "parameter",
        "join_options",
    ),
}


def problem(reason: str, given_as: str | None = None, given_status: int = 400, **values: object) -> ApiError:
    """The error for a documented reason; `values` fill the braces of its message and location.

    `given_as` is the field of the body, or the parameter, that carried the unknown id: the status is `given_status`
    then, and that field is the location instead of a part of the path.
    """
    status, message, location_type, location = _REASONS[reason]
    if given_as is not None:
        status, location_type, location = given_status, "parameter", given_as
    detail = ErrorDetail(reason, message.format_map(values))
    if location_type and location:
        detail.location_type = location_type
        detail.location = location.format_map(values)
    return ApiError(status, [detail])


def refused(reason: str, message: str, status: int = 403) -> ApiError:
    """An error of our own web surface, whose reasons the documentation page does not list."""
    return ApiError(status, [ErrorDetail(reason, message)])


def invalid(location: str, message: str) -> ErrorDetail:
    """One parameter with a wrong value."""
    return ErrorDetail("invalidParameter", _capital(message), "parameter", location)


def missing(location: str) -> ErrorDetail:
    """One required parameter that was not given."""
    return ErrorDetail("missingRequiredField", f"The field '{location}' is required.", "parameter", location)


def wrong(details: list[ErrorDetail]) -> ApiError:
    """The answer to a request with one or more wrong parameters."""
    return ApiError(400, details)


def wrong_value(location: str, message: str) -> ApiError:
    """The answer to a request with exactly one wrong parameter."""
    return wrong([invalid(location, message)])


def _capital(message: str) -> str:
    message = re.sub(r" - at (`key` in )?`\$.*`$", "", message)
    return message if message.endswith(".") else f"{message}."
