"""The page where somebody signs in and lets an application act for them: /oauth2/authorize."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import AccessDeniedError
from msgspec import Struct
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from rostrum.accounts.users import store as users
from rostrum.accounts.users.rules import UserRow
from rostrum.api.requests import NUL
from rostrum.api.work import Recorded
from rostrum.db.database import Database
from rostrum.ids import hashed, new_secret
from rostrum.oauth import store, words
from rostrum.oauth.clients import SignedInUser
from rostrum.oauth.code_grant import AuthorizationRequest
from rostrum.oauth.grants import TokenServer
from rostrum.oauth.sign_in import Record, SignIn, TooManyAttemptsError

PATH = "/oauth2/authorize"
_FORM, _SIGNED_IN = "rostrum_form", "rostrum_signed_in"
_STAY = timedelta(hours=1)
_MOST_FIELDS = 20


class Asked(Struct):
    """What an application asks for, and who sits in front of the page."""

    error: OAuth2Error | None = None
    app: str = ""
    scope: str = ""
    redirect_uri: str = ""
    user: UserRow | None = None


class Notice(Struct, frozen=True):
    """What a page says beside the form."""

    alarm: str = ""
    status: int = 200
    username: str = ""
    seconds: int = 0


class AuthorizePage:
    """Shows the sign-in form, then the question, and sends the browser back with the answer."""

    def __init__(
        self,
        database: Database,
        new_server: Callable[[Connection, datetime], TokenServer],
        sign_in: SignIn,
        record: Record,
    ) -> None:
        self._database = database
        self._new_server = new_server
        self._sign_in = sign_in
        self._record = record

    async def answer(self, request: Request) -> Response:
        """Answer GET and POST; every mistake of the application that has an address to go to goes there."""
        asked = await self._database.run(lambda db: self._asked(db, request), write=False)
        if asked.error is not None:
            return _sent_away(asked.error) or self._shown(request, asked, Notice(status=400))
        if request.method != "POST":
            return self._shown(request, asked)
        async with request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=4096) as form:
            fields = {name: str(value).replace(NUL, "") for name, value in form.items()}
        if not _is_ours(request, fields.get("csrf", "")):
            return self._shown(request, asked, Notice("stale", 403))
        return await self._done(request, asked, fields)

    async def _done(self, request: Request, asked: Asked, fields: dict[str, str]) -> Response:
        """What the pressed button says."""
        action = fields.get("action")
        if action == "deny":
            denied = AccessDeniedError(redirect_uri=asked.redirect_uri, state=request.query_params.get("state"))
            return _sent_away(denied) or _back(request)
        if action == "sign_in":
            return await self._signed_in(request, asked, fields)
        if action != "allow" or asked.user is None:
            return await self._signed_out(request)
        user = asked.user
        return await self._database.run(lambda db: self._allowed(db, request, user))

    def _asked(self, db: Connection, request: Request) -> Asked:
        now = datetime.now(UTC)
        try:
            grant = self._new_server(db, now).get_consent_grant(_authorization(request))
        except OAuth2Error as error:
            return Asked(error=error)
        row = store.find_token(db, hashed(request.cookies.get(_SIGNED_IN, "")), (store.SIGNED_IN,), now)
        user = users.find_user(db, row.user_id) if row is not None and row.is_active else None
        client = grant.request.client
        return Asked(app=client.name, scope=grant.request.scope, redirect_uri=grant.redirect_uri, user=user)

    def _allowed(self, db: Connection, request: Request, user: UserRow) -> Response:
        now = datetime.now(UTC)
        try:
            grant = self._new_server(db, now).get_consent_grant(_authorization(request))
            _status, _body, headers = grant.create_authorization_response(grant.redirect_uri, SignedInUser(user.id))
        except OAuth2Error as error:
            return _sent_away(error) or _back(request)
        client = grant.request.client
        told = {"client_id": client.client_id, "by": user.id, "scope": grant.request.scope}
        self._record(db, Recorded("consent", "application", client.name, told), _address(request), now)
        return _redirect(dict(headers)["Location"])

    async def _signed_in(self, request: Request, asked: Asked, fields: dict[str, str]) -> Response:
        login = fields.get("username", "")
        try:
            verified = await self._sign_in.verified(login, fields.get("password", ""), _address(request))
        except TooManyAttemptsError as error:
            response = self._shown(request, asked, Notice("tooManyAttempts", 429, login, error.seconds))
            response.headers["Retry-After"] = str(error.seconds)
            return response
        if verified.user_id is None or verified.banned:
            alarm = "userIsBanned" if verified.banned else "InvalidCredentials"
            return self._shown(request, asked, Notice(alarm, 400, login))
        cookie, user_id, now = new_secret(), verified.user_id, datetime.now(UTC)
        row = {
            "hash": hashed(cookie),
            "kind": store.SIGNED_IN,
            "client_id": None,
            "user_id": user_id,
            "scope": "",
            "family": secrets.token_hex(16),
            "issued_at": now,
            "expires_at": now + _STAY,
            "used_at": None,
        }

        def keep(db: Connection) -> bool:
            if verified.still_holds(db):
                store.insert_tokens(db, [row])
                return True
            return False

        if not await self._database.run(keep):
            return self._shown(request, asked, Notice("InvalidCredentials", 400, login))
        response = _back(request)
        _set_cookie(request, response, _SIGNED_IN, cookie)
        return response

    async def _signed_out(self, request: Request) -> Response:
        cookie = hashed(request.cookies.get(_SIGNED_IN, ""))
        await self._database.run(lambda db: store.delete_token(db, cookie))
        response = _back(request)
        response.delete_cookie(_SIGNED_IN, path="/oauth2", httponly=True, samesite="lax")
        return response

    @staticmethod
    def _shown(request: Request, asked: Asked, notice: Notice = Notice()) -> Response:  # noqa: B008 (frozen)
        lang = words.language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
        text, nonce = words.page(lang), secrets.token_urlsafe(16)
        state = "wrong" if asked.error is not None else "consent" if asked.user is not None else "sign_in"
        form = request.cookies.get(_FORM) or new_secret()
        content = _template().render(
            state=state,
            lang=lang,
            other=_other_language(request, lang),
            t=text,
            nonce=nonce,
            title=text[state].format(app=asked.app),
            app=asked.app,
            name=asked.user.display_name if asked.user else "",
            wishes=words.wishes(asked.scope, lang),
            host=urlsplit(asked.redirect_uri).netloc or urlsplit(asked.redirect_uri).scheme,
            alarm=text[notice.alarm].format(seconds=notice.seconds) if notice.alarm else "",
            detail=str(asked.error.description or "") if asked.error else "",
            username=notice.username,
            csrf=_csrf(form, request.cookies.get(_SIGNED_IN, "")),
        )
        response = HTMLResponse(content, notice.status, _headers(nonce, asked.redirect_uri))
        if state != "wrong":
            _set_cookie(request, response, _FORM, form)
        return response


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415 (a start needs no templates)

    return Environment(loader=PackageLoader("rostrum.oauth"), autoescape=True).get_template("authorize.html")


def _authorization(request: Request) -> AuthorizationRequest:
    repeated: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        repeated.setdefault(name, []).append(value.replace(NUL, ""))
    given = {name: values[-1] for name, values in repeated.items()}
    if given.get("response_type", "code") != "code":
        given["response_type"] = "unknown"  # Authlib repeats it in a description that takes few characters only
    return AuthorizationRequest(given, repeated)


def _sent_away(error: OAuth2Error) -> Response | None:
    """Back to the application with what went wrong; None when its address is not known to be right."""
    return _redirect(dict(error()[2])["Location"]) if error.redirect_uri else None


def _redirect(address: str) -> Response:
    return Response(
        status_code=303, headers={"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


def _back(request: Request) -> Response:
    return _redirect(f"{PATH}?{request.url.query}")


def _other_language(request: Request, lang: str) -> dict[str, str]:
    other = next(one for one in words.LANGUAGES if one != lang)
    kept = [item for item in request.query_params.multi_items() if item[0] != "lang"]
    return {"lang": other, "name": words.LANGUAGES[other], "address": f"{PATH}?{urlencode([*kept, ('lang', other)])}"}


def _csrf(form: str, signed_in: str) -> str:
    return hashed(f"{form}:{signed_in}")


def _is_ours(request: Request, csrf: str) -> bool:
    """Whether the form is one that we gave to this very browser."""
    origin, form = request.headers.get("origin"), request.cookies.get(_FORM)
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if not form or (origin is not None and origin != own):
        return False
    return secrets.compare_digest(csrf.encode(), _csrf(form, request.cookies.get(_SIGNED_IN, "")).encode())


def _set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(
        name, value, max_age=int(_STAY.total_seconds()), path="/oauth2", secure=secure, httponly=True, samesite="lax"
    )


def _headers(nonce: str, redirect_uri: str) -> dict[str, str]:
    """Browsers count the redirect after a form as a target of the form, so the application's origin is named."""
    parts = urlsplit(redirect_uri)
    target = f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'{' ' + target if parts.scheme else ''}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
