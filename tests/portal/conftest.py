"""People with every role, and clients with their sessions."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tenants.models import Membership, Role
from tests.conftest import _user


@pytest.fixture
def as_role(server):
    """A client of a member with this role."""

    def make(role):
        user = get_user_model().objects.filter(username=f"the_{role}").first()
        if user is None:
            user = _user(f"the_{role}")
            Membership.objects.create(user=user, server=server, role=Role(role))
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return make


@pytest.fixture
def as_stranger(stranger):
    client = Client()
    client.force_login(stranger)
    client.user = stranger
    return client
