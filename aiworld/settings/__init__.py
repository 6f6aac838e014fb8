"""Settings by subject. There is one set for every environment: what differs comes from variables
(see .env.example), and a dangerous value has no default."""

from aiworld.settings.accounts import *
from aiworld.settings.admin import *
from aiworld.settings.apps import *
from aiworld.settings.backups import *
from aiworld.settings.celery import *
from aiworld.settings.database import *
from aiworld.settings.grpc import *
from aiworld.settings.inference import *
from aiworld.settings.memory import *
from aiworld.settings.observability import *
from aiworld.settings.portal import *
from aiworld.settings.rest import *
from aiworld.settings.security import *
from aiworld.settings.web import *
