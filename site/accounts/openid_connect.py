"""Logging in by OpenID Connect: the authorization code flow with PKCE.

Authlib speaks the protocol, and verifies signature, issuer, audience, nonce and expiry of ID
tokens. Users are identified by issuer and subject (OpenID Connect Core 1.0, section 5.7).
"""

import logging
import re
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from joserfc.errors import JoseError

from accounts.audit import Event, record
from accounts.backends import OpenIDBackend
from accounts.models import NAME_LENGTH, ProviderAccount

logger = logging.getLogger(__name__)

# Seconds to wait for the provider, which a thread of the server does.
TIMEOUT = 5
# ValueError: an answer that is no JSON, or lacks keys that it needs.
PROVIDER_ERRORS = (
    *(requests.RequestException, AuthlibBaseError, JoseError),
    *(ValueError, KeyError, RuntimeError),
)
PROVIDER = "provider"
# What the keys begin with under which Authlib stores the states of logins in the session.
STATE_PREFIX = f"_state_{PROVIDER}_"
# Logins of a session that have begun and not ended.
MAX_LOGINS = 10
# Characters of the URL that a login leads to.
MAX_URL = 2000
EVERYONE = "*"
# The characters that Django's `UnicodeUsernameValidator` refuses.
NOT_IN_USERNAMES = re.compile(r"[^\w.@+-]+")

EMAIL_LENGTH = 254

Claims = dict[str, Any]


class LoginFailed(Exception):
    """The message is for the user."""


@lru_cache(maxsize=1)
def _client(issuer: str, client_id: str, secret: str) -> Any:
    """Return a client that reads the provider's metadata at its first use."""
    return OAuth().register(
        PROVIDER,
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.OIDC_SCOPES,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def client() -> Any:
    """Return the client of the configured provider.

    Raises LoginFailed if the issuer in the provider's metadata is another one (OpenID Connect
    Discovery 1.0, section 4.3).
    """
    configured = _client(
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET
    )
    issuer = configured.load_server_metadata().get("issuer")
    if issuer != settings.OIDC_ISSUER:
        logger.error("The issuer of the OpenID provider is %r, not OIDC_ISSUER.", issuer)
        _client.cache_clear()
        raise LoginFailed(_("The login service is not configured correctly."))
    return configured


def redirect_to_provider(request: HttpRequest, callback_url: str, next_url: str) -> HttpResponse:
    """Return a redirect to the provider, which sends the user back to `callback_url`.

    The session has the state of each login that has begun, with its `next_url`: users log in in
    several tabs. Raises LoginFailed if the provider can't be reached.
    """
    _limit_states(request.session)
    try:
        provider = client()
        authorization = provider.create_authorization_url(callback_url)
    except PROVIDER_ERRORS as error:
        raise _failure(error) from error
    data = {**authorization, "redirect_uri": callback_url, "next_url": next_url[:MAX_URL]}
    provider.save_authorize_data(request, **data)
    return HttpResponseRedirect(authorization["url"])


def _limit_states(session: SessionBase) -> None:
    """Forget the logins that began first, if there are many which have not ended."""
    states = [key for key in session.keys() if key.startswith(STATE_PREFIX)]  # noqa: SIM118
    for key in sorted(states, key=lambda key: session[key]["exp"])[: 1 - MAX_LOGINS]:
        del session[key]


def next_url(request: HttpRequest) -> str | None:
    """Return where the user whom the provider has sent back wants to go, None if the login has not
    begun in this session. Call it before `authenticate`."""
    state = request.session.get(f"{STATE_PREFIX}{request.GET.get('state', '')}")
    return str(state["data"].get("next_url", "")) if state else None


def authenticate(request: HttpRequest) -> User:
    """Return the user whom the provider has sent back, with the groups that it says.

    Raises LoginFailed if the login failed there, or if the user has no account here. The audit log
    tells failures of logins that have begun in this session: others can be made up by everybody.
    """
    is_in_session = next_url(request) is not None
    try:
        provider = client()
        token = provider.authorize_access_token(request)
        claims = _claims(provider, token)
    except PROVIDER_ERRORS as error:
        if is_in_session:
            _record_failure("", error=getattr(error, "error", type(error).__name__))
        raise _failure(error) from error
    name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    try:
        return _allowed_user(claims)
    except IntegrityError as error:
        # Two first logins of one user at once: the other one has created the account.
        _record_failure(str(name), error=type(error).__name__)
        raise _failure(error) from error
    except LoginFailed:
        _record_failure(str(name))
        raise


def _record_failure(name: str, **details: str) -> None:
    details = {"backend": OpenIDBackend.__name__, **details}
    record(Event.LOGIN_FAILED, name, details, actor="")


def _failure(error: Exception) -> LoginFailed:
    logger.warning("Login by OpenID Connect failed: %s: %s", type(error).__name__, error)
    return LoginFailed(
        _("The login service did not log you in. Try again, or ask an administrator.")
    )


def _claims(provider: Any, token: dict[str, Any]) -> Claims:
    """Return what the ID token says, and what the provider's endpoint says about the same user."""
    claims: Claims = dict(token["userinfo"])
    if provider.load_server_metadata().get("userinfo_endpoint"):
        info = provider.userinfo(token=token)
        if info.get("sub") == claims["sub"]:
            claims = {**info, **claims}
    return claims


def _allowed_user(claims: Claims) -> User:
    with transaction.atomic():
        user = _user(claims)
        update_groups(user, claims)
    if not (user.is_active and user.is_staff):
        # The groups that the user has lost at the provider are lost here, too.
        raise LoginFailed(_("Your account may not use this site's admin."))
    return user


def _user(claims: Claims) -> User:
    """Return the user of an account at the provider.

    At the first login, that is the only user with the e-mail address, if the provider has verified
    it, or else a new one, if `OIDC_CREATE_USERS` is on. Raises LoginFailed.
    """
    key = {"issuer": settings.OIDC_ISSUER, "subject": str(claims["sub"])}
    account = ProviderAccount.objects.filter(**key).select_related("user").first()
    if account:
        return account.user
    user = _user_by_email(claims) or _new_user(claims)
    ProviderAccount.objects.create(user=user, **key)
    return user


def _user_by_email(claims: Claims) -> User | None:
    email = claims.get("email")
    if not email or claims.get("email_verified") is not True:
        return None
    users = User.objects.filter(email__iexact=email)[:2]
    return users[0] if len(users) == 1 else None


def _new_user(claims: Claims) -> User:
    name = claims.get("preferred_username") or claims.get("email") or ""
    username = NOT_IN_USERNAMES.sub("_", User.normalize_username(str(name).strip()))[:NAME_LENGTH]
    if not settings.OIDC_CREATE_USERS or not username:
        raise LoginFailed(_("There is no account for you here. Ask an administrator."))
    if User.objects.filter(username__iexact=username).exists():
        # Who controls the name at the provider is not necessarily who has it here.
        message = _("The name “%(name)s” belongs to another account. Ask an administrator.")
        raise LoginFailed(message % {"name": username})
    return User.objects.create_user(
        username,
        email=_text(claims, "email", EMAIL_LENGTH),
        first_name=_text(claims, "given_name", NAME_LENGTH),
        last_name=_text(claims, "family_name", NAME_LENGTH),
    )


def _text(claims: Claims, name: str, length: int) -> str:
    """Return a claim as a column of this length can store it: empty if it can't."""
    text = str(claims.get(name) or "")
    is_valid = text.isprintable() and len(text) <= length
    return text if is_valid else ""


def update_groups(user: User, claims: Claims) -> None:
    """Make the user a member of exactly those groups of `OIDC_GROUPS` that the provider says.

    Groups that aren't in `OIDC_GROUPS` stay as they are. Members may use the admin; who is in none
    of these groups any more may not, except superusers and members of other groups.
    """
    if not settings.OIDC_GROUPS:
        return
    names = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    at_provider = {EVERYONE, *map(str, names if isinstance(names, list) else [names])}
    managed = set(settings.OIDC_GROUPS.values())
    wanted = {group for name, group in settings.OIDC_GROUPS.items() if name in at_provider}
    groups = Group.objects.in_bulk(managed, field_name="name")
    if missing := sorted(managed - set(groups)):
        logger.warning("OIDC_GROUPS has groups that this site has not: %s", ", ".join(missing))
    user.groups.remove(*(group for name, group in groups.items() if name not in wanted))
    user.groups.add(*(group for name, group in groups.items() if name in wanted))
    is_staff = user.is_superuser or user.groups.exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
