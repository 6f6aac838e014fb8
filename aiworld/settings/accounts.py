"""Accounts: sign-up, sign-in, mail, two factors (django-allauth)."""

from aiworld.settings.env import DATA_DIR, env
from aiworld.settings.security import DEBUG, HTTPS

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "aiworld.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "AI World: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_PREVENT_ENUMERATION = True
# A notice to an address that has no account would let anybody send our mails to anybody.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end by themselves: their hash is void
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = None  # the visitor says
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "10/h/ip",
    "reset_password": "10/h/ip,3/h/key",
    "confirm_email": "1/180s/key",
}
"""Beside allauth's own. Counted in Redis by client address (TRUSTED_PROXY_COUNT) and account."""
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=True)
"""Whether strangers may create accounts."""
OPERATOR_MFA_REQUIRED = env.bool("OPERATOR_MFA_REQUIRED", default=HTTPS and not DEBUG)
"""Whether the platform's admin opens only to operators who signed in with a second factor."""

MFA_ADAPTER = "aiworld.accounts.secrets.SecretsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "AI World"
MFA_RECOVERY_CODE_COUNT = 10
MFA_TOTP_TOLERANCE = 1  # a phone may be 30 seconds off
# Noting every request of every session would be a write per page, from within a server too.
USERSESSIONS_TRACK_ACTIVITY = False
EMAIL_URL = env("EMAIL_URL", default="")
"""smtp+tls://user:password@host:587. Empty: mails are written into MAIL_DIR."""
MAIL_DIR = DATA_DIR / "mail"
if EMAIL_URL:
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=5.0)
"""Seconds a page waits for the mail server."""
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="AI World <no-reply@localhost>")
