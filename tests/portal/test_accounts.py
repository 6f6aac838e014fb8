"""From a stranger to an account: sign-up, mail, sign-in, a second factor, sessions."""

import base64
import hmac
import re
import struct
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

PASSWORD = "correct horse battery"
NEW = "another battery of horses"


@pytest.fixture(autouse=True)
def database(committed):
    """Views commit."""


def totp(secret, at=None):
    """RFC 6238 with its usual 30 seconds and six digits."""
    counter = int((at or time.time()) // 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_the_codes_of_this_test_are_those_of_the_standard():
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp(secret, at=59) == "287082" and totp(secret, at=1_111_111_109) == "081804"


def sign_up(client, email="freya@example.org", **more):
    form = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/account/signup/", form | more, follow=True)


def log_in(client, name, password=PASSWORD, follow=True, **more):
    form = {"login": name, "password": password}
    return client.post("/account/login/", form | more, follow=follow)


def link_in(message, host="testserver"):
    return re.search(rf"http://{host}(\S+)", message.body)[1]


def who(client):
    return client.get("/").wsgi_request.user


def test_a_stranger_signs_up_proves_the_address_and_signs_in():
    client = Client()
    page = sign_up(client)
    assert "Check your mail" in page.text
    assert not who(client).is_authenticated
    assert "Check your mail" in log_in(client, "freya@example.org").text
    (message,) = mail.outbox
    assert message.to == ["freya@example.org"] and message.subject.startswith("AI World: ")
    assert message.alternatives[0].mimetype == "text/html"
    assert link_in(message) in message.alternatives[0].content
    assert "Confirm" in client.get(link_in(message)).text
    client.post(link_in(message))
    log_in(client, "freya@example.org")
    assert who(client).email == "freya@example.org"


def test_the_mail_page_says_where_mails_lie_to_the_machines_own_people_only(settings):
    assert str(settings.MAIL_DIR) in sign_up(Client()).text
    for foreign in ({"REMOTE_ADDR": "192.0.2.7"}, {"headers": {"x-forwarded-for": "127.0.0.1"}}):
        page = Client(**foreign).get("/account/confirm-email/").text
        assert str(settings.MAIL_DIR) not in page and "writes mails into files" in page
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert "into files" not in Client().get("/account/confirm-email/").text


def test_mails_are_written_into_the_folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    sign_up(Client())
    (file,) = tmp_path.iterdir()
    assert "/account/confirm-email/" in file.read_text()


class Away(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("mail.internal")


def test_a_mail_server_that_is_away_is_told_and_not_named(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    page = sign_up(Client())
    assert page.status_code == 200
    assert "could not be sent" in page.text and "mail.internal" not in page.text


def test_closed_sign_up_makes_no_accounts(settings):
    settings.SIGNUP_OPEN = False
    client = Client()
    assert "made by the operator" in sign_up(client).text
    assert not User.objects.exists()
    assert "/account/signup/" not in client.get("/").text


def test_pages_do_not_tell_who_has_an_account(owner):
    texts = []
    for email in ("owner@example.org", "nobody@example.org"):
        reset = Client().post("/account/password/reset/", {"email": email}, follow=True)
        failed = log_in(Client(), email, "not the password")
        page = sign_up(Client(), email)
        for each in (reset, failed, page):
            text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", each.text)
            texts.append((each.status_code, text.replace(email, "EMAIL")))
    assert texts[:3] == texts[3:]
    assert [each.to[0][:6] for each in mail.outbox] == ["owner@", "owner@", "nobody"]


def test_a_password_is_reset_by_mail_once(owner):
    client, other = Client(), Client()
    log_in(other, "owner")
    client.post("/account/password/reset/", {"email": "owner@example.org"})
    link = link_in(mail.outbox[0])
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert not who(other).is_authenticated, "a stolen session outlives the reset"
    assert log_in(client, "owner", NEW) and who(client) == owner
    assert "valid" in Client().get(link, follow=True).text.lower()


def test_a_reset_mail_names_no_host_that_is_not_ours(owner):
    for headers in ({"host": "evil.example"}, {"host": "evil.example:80"}):
        page = Client().post(
            "/account/password/reset/", {"email": "owner@example.org"}, headers=headers
        )
        assert page.status_code == 400
    Client().post(
        "/account/password/reset/",
        {"email": "owner@example.org"},
        headers={"x-forwarded-host": "evil.example"},
    )
    (message,) = mail.outbox
    assert "evil.example" not in message.body


@pytest.fixture
def member(owner):
    client = Client()
    log_in(client, "owner")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def set_up_totp(client):
    page = client.get("/account/2fa/totp/activate/", follow=True)
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page.text)[1]
    assert 'src="data:image/svg+xml' in page.text
    client.post("/account/2fa/totp/activate/", {"code": totp(secret)}, follow=True)
    return secret


def test_a_second_factor_is_asked_for_and_a_recovery_code_opens_too(member, owner):
    secret = set_up_totp(member)
    kept = Authenticator.objects.get(user=owner, type="totp").data["secret"]
    assert secret not in kept, "the secret lies in the database as it is"
    download = member.get("/account/2fa/recovery-codes/download/").text
    code = re.findall(r"^[0-9a-f-]{8,}$", download, re.M)[0]

    client = Client()
    page = log_in(client, "owner")
    assert page.redirect_chain[-1][0] == "/account/2fa/authenticate/"
    assert not who(client).is_authenticated
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert not who(client).is_authenticated
    client.post("/account/2fa/authenticate/", {"code": code})
    assert who(client) == owner
    again = Client()
    log_in(again, "owner")
    again.post("/account/2fa/authenticate/", {"code": code})
    assert not who(again).is_authenticated, "a recovery code works twice"


def test_a_code_is_good_for_one_sign_in(member):
    secret = set_up_totp(member)
    code = totp(secret, time.time() + 30)
    outcomes = []
    for client in (Client(), Client()):
        log_in(client, "owner")
        client.post("/account/2fa/authenticate/", {"code": code})
        outcomes.append(who(client).is_authenticated)
    assert outcomes == [True, False]


def test_sensitive_pages_ask_for_the_password_again(owner):
    member = Client()
    log_in(member, "owner")
    page = member.get("/account/2fa/totp/activate/", follow=True)
    where, _status = page.redirect_chain[-1]
    assert where == "/account/reauthenticate/?next=%2Faccount%2F2fa%2Ftotp%2Factivate%2F"
    assert "<h1>" in page.text
    back = member.post(where, {"password": PASSWORD})
    assert back["Location"] == "/account/2fa/totp/activate/"


def test_sessions_are_listed_and_ended_by_their_owner_only(member, owner, viewer):
    other, foreign = Client(), Client()
    log_in(other, "owner")
    log_in(foreign, "viewer")
    page = member.get("/account/sessions/")
    assert page.text.count("/end/") == 1
    row = UserSession.objects.get(session_key=other.session.session_key)
    assert foreign.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert member.get(f"/account/sessions/{row.pk}/end/").status_code == 405
    assert who(other).is_authenticated
    member.post(f"/account/sessions/{row.pk}/end/")
    assert not who(other).is_authenticated and who(member) == owner
    log_in(other, "owner")
    member.post("/account/sessions/")
    assert not who(other).is_authenticated and who(member) == owner


def test_a_changed_password_ends_the_other_sessions(member, owner):
    other = Client()
    log_in(other, "owner")
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    member.post("/account/password/change/", form)
    assert who(member) == owner and not who(other).is_authenticated


def test_a_new_address_counts_once_it_is_confirmed(member, owner):
    member.post("/account/email/", {"action_add": "", "email": "new@example.org"})
    row = EmailAddress.objects.get(email="new@example.org")
    assert not row.verified
    member.post("/account/email/", {"action_primary": "", "email": "new@example.org"})
    owner.refresh_from_db()
    assert owner.email == "owner@example.org"
    member.post(link_in(mail.outbox[0]))
    row.refresh_from_db()
    assert row.verified


def test_what_createsuperuser_makes_signs_in_without_a_mail(committed):
    User.objects.create_superuser("root", "root@example.org", PASSWORD)
    User.objects.create_superuser("bare", "", PASSWORD)
    for name in ("root", "bare"):
        client = Client()
        log_in(client, name)
        assert who(client).username == name
    assert not mail.outbox


def test_an_account_that_must_prove_its_address_cannot_skip_that():
    client = Client()
    sign_up(client)
    User.objects.filter(email="freya@example.org").update(email="")
    log_in(client, User.objects.get().username)
    assert not who(client).is_authenticated


def test_all_account_pages_have_our_look(member):
    pages = (
        "email/", "password/change/", "2fa/", "2fa/totp/activate/", "sessions/", "logout/",
        "reauthenticate/", "password/reset/", "confirm-email/", "inactive/",
    )  # fmt: skip
    for page in pages:
        text = member.get(f"/account/{page}", follow=True).text
        assert 'class="top"' in text and "<h1>" in text, page
