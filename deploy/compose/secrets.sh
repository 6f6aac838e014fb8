#!/bin/sh
# Makes secrets/ once; what is there stays. The folder is closed to others; the files in it can be read by
# the containers, whose processes are nobody of this machine.
set -eu
cd "$(dirname "$0")"
secret() { od -An -N36 -tx1 /dev/urandom | tr -d ' \n'; }
mkdir -p secrets && chmod 700 secrets
[ -e secrets/superuser ] || secret > secrets/superuser
if [ ! -e secrets/aiworld.env ]; then
    for name in SECRET_KEY API_KEY_SALT POSTGRES_PASSWORD; do echo "$name=$(secret)"; done > secrets/aiworld.env
fi
chmod 444 secrets/superuser secrets/aiworld.env
