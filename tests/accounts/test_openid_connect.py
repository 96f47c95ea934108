"""Logging in by OpenID Connect, with a provider that runs in a process of its own."""

import importlib
import json
import sys
import urllib.parse

import pytest
import requests
from django.contrib.auth.models import Group, User
from django.db import IntegrityError
from django.test import Client
from django.urls import clear_url_caches, reverse

from accounts import openid_connect
from accounts.models import AuditEntry, ProviderAccount
from config import urls
from tests.operations.servers import free_port, listens, running, wait_until

pytestmark = pytest.mark.django_db

USERS = [
    {
        **{"sub": "1", "preferred_username": "amina", "given_name": "Amina"},
        **{"email": "amina@example.org", "email_verified": True, "groups": ["editors", "staff"]},
    },
    {"sub": "2", "preferred_username": "omar", "email": "omar@example.org", "groups": ["staff"]},
    {"sub": "3", "email_verified": True},
]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for user in USERS:
        command += ["--user-claims", json.dumps(user)]
    # Its server reads variables that the tests set for this site.
    with running(command, tmp_path_factory.mktemp("provider") / "log", env={}):
        wait_until(lambda: listens(port))
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def provider(settings, issuer):
    settings.OIDC_ISSUER = issuer
    settings.OIDC_CLIENT_ID = "diwan"
    settings.OIDC_CLIENT_SECRET = "secret of the client"
    settings.OIDC_NAME = "Ministry"
    settings.OIDC_CREATE_USERS = True
    settings.OIDC_GROUPS = {"editors": "Editors", "staff": "Writers"}
    yield from _with_urls()


def _with_urls():
    importlib.reload(urls)
    clear_url_caches()
    yield
    openid_connect._client.cache_clear()


@pytest.fixture(autouse=True)
def _urls_without_provider():
    yield
    importlib.reload(urls)
    clear_url_caches()


def log_in(client, subject, next_url=""):
    """Log in as a browser does, and return the last response of this site."""
    return client.get(log_in_at_provider(client, subject, next_url))


def log_in_at_provider(client, subject, next_url=""):
    """Return the URL by which the provider sends the user back."""
    response = client.get("/admin/oidc/login/", {"next": next_url})
    form = requests.post(
        response["Location"], data={"sub": subject}, allow_redirects=False, timeout=60
    )
    callback = urllib.parse.urlsplit(form.headers["Location"])
    return f"{callback.path}?{callback.query}"


def test_a_site_without_a_provider_has_no_urls_for_it(client):
    assert client.get("/admin/oidc/login/").status_code in (302, 404)
    assert "oidc" not in client.get(reverse("admin:login")).content.decode()


def test_the_login_page_has_a_link_to_the_provider(client, provider):
    page = client.get(reverse("admin:login"), {"next": "/admin/articles/article/"})
    assert "Log in with Ministry" in page.content.decode()
    assert "/admin/oidc/login/?next=/admin/articles/article/" in page.content.decode()


def test_a_new_user_gets_an_account_with_the_groups_of_the_provider(client, provider):
    response = log_in(client, "1", next_url="/admin/articles/article/")
    assert response["Location"] == "/admin/articles/article/"
    user = User.objects.get(username="amina")
    assert {group.name for group in user.groups.all()} == {"Editors", "Writers"}
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert (user.first_name, user.email) == ("Amina", "amina@example.org")
    assert not user.has_usable_password()
    assert client.get(response["Location"]).status_code == 200
    assert AuditEntry.objects.filter(event="login", actor="amina").exists()


PAGES = ["/admin/articles/article/", "/admin/articles/tag/"]


@pytest.mark.parametrize("order", [1, -1])
def test_logins_in_two_tabs_both_lead_to_their_pages(client, provider, order):
    urls = [log_in_at_provider(client, "1", page) for page in PAGES]
    assert [client.get(url)["Location"] for url in urls[::order]] == PAGES[::order]


def test_a_login_whose_session_another_tab_has_replaced_leads_to_the_admin(client, provider):
    url = log_in_at_provider(Client(), "1")
    assert client.get(url)["Location"] == reverse("admin:login")
    log_in(client, "1")
    assert client.get(url)["Location"] == reverse("admin:index")


def test_a_session_remembers_ten_logins_that_have_not_ended(client, provider):
    urls = [log_in_at_provider(client, "1", PAGES[0]) for _ in range(11)]
    assert len([key for key in client.session.keys() if "_state_" in key]) == 10  # noqa: SIM118
    assert client.get(urls[0])["Location"] == reverse("admin:login")
    assert client.get(urls[1])["Location"] == PAGES[0]


def test_groups_that_the_provider_no_longer_says_are_lost(client, provider, settings):
    log_in(client, "1")
    client.logout()
    translators = Group.objects.create(name="Translators")
    user = User.objects.get(username="amina")
    user.groups.add(translators)
    settings.OIDC_GROUPS = {"chiefs": "Editors", "staff": "Writers"}
    log_in(client, "1")
    assert {group.name for group in user.groups.all()} == {"Writers", "Translators"}


def test_who_has_lost_all_groups_may_not_use_the_admin(client, provider, settings):
    log_in(client, "1")
    client.logout()
    settings.OIDC_GROUPS = {"chiefs": "Editors", "chief writers": "Writers"}
    log_in(client, "1")
    user = User.objects.get(username="amina")
    assert not user.is_staff and not user.groups.exists()
    assert client.get(reverse("admin:index")).status_code == 302


def test_the_account_is_the_same_after_a_change_of_name_here(client, provider):
    log_in(client, "1")
    User.objects.update(username="amina2")
    client.logout()
    log_in(client, "1")
    assert User.objects.count() == 1 and ProviderAccount.objects.count() == 1


def test_a_verified_address_belongs_to_the_user_who_has_it(client, provider):
    user = User.objects.create_user("boss", "Amina@example.org", "a password", is_staff=True)
    log_in(client, "1")
    assert ProviderAccount.objects.get().user == user
    assert User.objects.count() == 1


def test_an_address_that_is_not_verified_belongs_to_no_one(client, provider):
    User.objects.create_superuser("boss", "omar@example.org", "a password")
    log_in(client, "2")
    assert ProviderAccount.objects.get().user.username == "omar"


def test_a_name_that_another_user_has_is_refused(client, provider):
    User.objects.create_superuser("Omar", password="a password")
    response = log_in(client, "2")
    assert response["Location"] == reverse("admin:login")
    page = client.get(response["Location"]).content.decode()
    assert "The name “omar” belongs to another account" in page
    assert not ProviderAccount.objects.exists()
    assert AuditEntry.objects.filter(event="login_failed", target="omar").exists()


def test_users_are_created_only_if_the_site_says_so(client, provider, settings):
    settings.OIDC_CREATE_USERS = False
    log_in(client, "1")
    assert not User.objects.exists()
    assert "no account for you" in client.get(reverse("admin:login")).content.decode()


def test_a_user_without_a_name_at_the_provider_gets_no_account(client, provider):
    log_in(client, "3")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("<b>ليلى\u202e\nx", "_b_ليلى_x"),
        ("Layla Nur", "Layla_Nur"),
        ("\0", "_"),
        ("\ud800x", "_x"),
        ("l@example.org", "l@example.org"),
        ("y" * 200, "y" * 150),
    ],
)
def test_names_of_new_users_are_valid_usernames(provider, name, username):
    claims = {
        **{"sub": "9", "preferred_username": name, "groups": 5},
        **{"given_name": "a\0", "family_name": "\ud800", "email": "x" * 300},
    }
    user = openid_connect._user(claims)
    openid_connect.update_groups(user, claims)
    user.full_clean(exclude=["password"])
    assert (user.username, user.first_name, user.last_name, user.email) == (username, "", "", "")


def test_inactive_users_are_refused(client, provider):
    log_in(client, "1")
    client.logout()
    User.objects.update(is_active=False)
    log_in(client, "1")
    assert client.get(reverse("admin:index")).status_code == 302


def test_groups_that_do_not_exist_here_are_named_in_the_log(client, provider, settings, caplog):
    settings.OIDC_GROUPS = {"editors": "Editors", "staff": "Writres"}
    log_in(client, "1")
    assert [group.name for group in User.objects.get().groups.all()] == ["Editors"]
    assert "OIDC_GROUPS has groups that this site has not: Writres" in caplog.text


def test_everyone_can_be_in_a_group(client, provider, settings):
    settings.OIDC_GROUPS = {"*": "Writers"}
    log_in(client, "2")
    assert [group.name for group in User.objects.get().groups.all()] == ["Writers"]


def test_the_provider_cares_for_the_second_factor(client, provider, settings):
    settings.SECOND_FACTOR = "required"
    log_in(client, "1")
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("", "code=1", "state=1", "code=1&state=1", "error=access_denied&state=x"),
        *("code=%00&state=%00", "error=%3Cscript%3E"),
    ],
)
def test_a_callback_that_was_not_asked_for_is_refused(client, provider, query):
    response = client.get(f"/admin/oidc/callback/?{query}", follow=True)
    assert response.status_code == 200
    assert "did not log you in" in response.content.decode()
    assert not User.objects.exists() and not AuditEntry.objects.exists()


def test_a_login_that_the_provider_refuses_is_in_the_audit_log(client, provider):
    callback = urllib.parse.urlsplit(log_in_at_provider(client, "1"))
    state = urllib.parse.parse_qs(callback.query)["state"][0]
    client.get(callback.path, {"error": "access_denied", "state": state})
    entry = AuditEntry.objects.get(event="login_failed")
    assert entry.details == {"backend": "OpenIDBackend", "error": "access_denied"}
    assert entry.target == ""


def test_a_callback_in_another_browser_is_refused(client, provider):
    response = client.get("/admin/oidc/login/")
    form = requests.post(
        response["Location"], data={"sub": "1"}, allow_redirects=False, timeout=60
    )
    callback = urllib.parse.urlsplit(form.headers["Location"])
    client.cookies.clear()
    client.get(f"{callback.path}?{callback.query}")
    assert not User.objects.exists()


def test_only_urls_of_this_site_follow_a_login(client, provider):
    assert log_in(client, "1", next_url="https://evil.example/")["Location"] == "/admin/"


def test_the_request_uses_pkce_state_and_nonce(client, provider):
    url = client.get("/admin/oidc/login/")["Location"]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= query.keys()


def test_a_provider_that_does_not_answer_is_reported(client, provider, settings):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    response = client.get("/admin/oidc/login/", follow=True)
    assert "did not log you in" in response.content.decode()


def test_a_provider_with_another_issuer_is_refused(client, provider, settings):
    settings.OIDC_ISSUER = settings.OIDC_ISSUER.replace("127.0.0.1", "localhost") + "/"
    response = client.get("/admin/oidc/login/", follow=True)
    assert "not configured correctly" in response.content.decode()


def test_two_first_logins_at_once_create_one_account(client, provider, monkeypatch):
    def create(**_values):
        raise IntegrityError("provider_account_is_unique")

    monkeypatch.setattr(ProviderAccount.objects, "create", create)
    log_in(client, "1")
    assert "did not log you in" in client.get(reverse("admin:login")).content.decode()
    assert not User.objects.exists()
    entry = AuditEntry.objects.get(event="login_failed", target="amina")
    assert entry.details["error"] == "IntegrityError"
