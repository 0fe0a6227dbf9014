"""The operation on client applications."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from msgspec import UNSET, Struct

from rostrum.accounts.users import store as users
from rostrum.api.errors import problem
from rostrum.api.fields import Since
from rostrum.api.operation import operation
from rostrum.api.work import Work
from rostrum.clients.wire import SoftwareClient, SoftwareClients
from rostrum.conferences import store as conferences
from rostrum.conferences.sharing.languages import Lang
from rostrum.ids import hashed, new_guest_id, new_secret, short_id
from rostrum.oauth import store as tokens

Case = Literal["download", "join_conference_button", "join_conference_roaming"]
_TOKEN_LIFETIME = timedelta(days=1)


class Identity(Struct, frozen=True):
    """Whom a join link signs in: the login as it stands in the link, and the token."""

    login: str
    token: str


@operation("GET", "/software/clients", scope="any", reach="open", writes=True)
def list_clients(
    work: Work,
    call_id: str | None = None,
    user: str | None = None,
    case: Annotated[Case, Since("v3.1")] = "download",
    lang: Annotated[Lang, Since("v3.1")] = "en",
) -> SoftwareClients:
    """The client applications, with links into a conference when `call_id` names one (decision 10).

    Without a token only a conference's plain links are given.
    """
    if work.caller.kind == "nobody" and call_id is None:
        raise problem("accessTokenInvalid")
    if call_id is None:
        root = work.links.base
        return SoftwareClients([_web_client(f"{root}/", UNSET)])
    conference = conferences.find_conference(work.db, call_id.partition("@")[0])
    if conference is None:
        raise problem("conferenceNotFound", given_as="call_id", given_status=404, conference_id=call_id)
    identity = _identity(work, user) if user else None
    web_url = f"{work.links.base}/webrtc/{quote(conference.id, safe='')}"
    if identity is not None:
        web_url += f"#login={quote(identity.login, safe='*')}&token={identity.token}&lang={lang}"
    frame = (
        f'<iframe src="{web_url}" allowfullscreen="allowfullscreen" '
        'allow="microphone; camera; autoplay; display-capture"></iframe>'
    )
    return SoftwareClients([_web_client(web_url, frame)], _deeplinks(work, conference.id, identity, case))


def _web_client(web_url: str, frame: object) -> SoftwareClient:
    return SoftwareClient(
        name="TrueConf Web",
        type="web",
        platform="webrtc",
        download_url="",
        download_urls=None,
        market_url="",
        web_url=web_url,
        iframe=frame if isinstance(frame, str) else UNSET,
    )


def _identity(work: Work, user: str) -> Identity | None:
    """Whom `user` names: `login`, `$Name` (a guest) or `2$id*Name` (a guest with an id of the caller's choice)."""
    kind, dollar, rest = user.partition("$")
    if not dollar:
        return _account(work, user)
    own_id, star, name = rest.partition("*")
    if not star:
        own_id, name = "", rest
    name = name.strip()[:64] or "Guest"
    own_id = own_id.strip()[:64]
    if work.caller.kind == "nobody":
        # A stranger proves no id; the guest gets a fresh one on joining.
        return Identity(f"*guest*{name}", "")
    chosen = own_id and kind in {"", "2"}
    participant_id = f"#guest2:{own_id}@{work.server}" if chosen else new_guest_id(work.server)
    token = _token(work, kind=tokens.GUEST, user_id=None, scope=participant_id)
    return Identity(f"*guest*{name}", token)


def _account(work: Work, login: str) -> Identity | None:
    user_id = short_id(login, work.server)
    if not work.caller.sees_all and work.caller.user_id != user_id:
        return None  # before the look-up: a stranger must not learn who has an account
    account = users.find_user(work.db, user_id)
    if account is None:
        raise problem("userNotFound", given_as="user", user_id=login)
    # No scopes: with this token its bearer joins conferences as the user and does nothing else.
    return Identity(account.id, _token(work, kind=tokens.ACCESS, user_id=account.id, scope=""))


def _token(work: Work, *, kind: str, user_id: str | None, scope: str) -> str:
    token = new_secret()
    row = {
        "hash": hashed(token),
        "kind": kind,
        "client_id": None,
        "user_id": user_id,
        "scope": scope,
        "family": hashed(token)[:32],
        "issued_at": work.now,
        "expires_at": work.now + _TOKEN_LIFETIME,
        "used_at": None,
    }
    tokens.insert_tokens(work.db, [row])
    return token


def _deeplinks(work: Work, conference_id: str, identity: Identity | None, case: str) -> dict[str, str]:
    """Links for native clients; roaming ones leave the host out, so that the client asks its own server."""
    target = f"{conference_id}@{work.server}%23vcs"
    parameters = ["conftype=multi"]
    if case != "join_conference_roaming":
        parameters.append(f"h={work.links.host}")
    if identity is not None:
        parameters += [f"login={quote(identity.login, safe='*')}", f"password={identity.token}"]
    parameters += ["encrypt=0", "force=1"]
    default = f"trueconf:{target}&{'&'.join(parameters)}"
    inner = (target.replace("@", "%40") + "%26" + "%26".join(parameters)).replace("=", "%3d")
    return {
        "default": default,
        "android": f"intent:{inner}#Intent;scheme=visicall;package=com.trueconf.videochat;end",
    }
