"""Accounts: sign-up, sign-in, mail, two factors (django-allauth)."""

from aiworld.settings.env import DATA_DIR, env

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "aiworld.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=True)
"""Whether strangers may create accounts. Invitations and the operator's own accounts work anyway."""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "AI World"
USERSESSIONS_TRACK_ACTIVITY = True

EMAIL_URL = env("EMAIL_URL", default="")
"""smtp+tls://user:password@host:587. Empty: mails are written into MAIL_DIR."""
MAIL_DIR = DATA_DIR / "mail"
if EMAIL_URL:
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="AI World <no-reply@localhost>")
EMAIL_TIMEOUT = 10
"""Seconds a page waits for the mail server."""
