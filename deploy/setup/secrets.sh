#!/usr/bin/env bash
# Make the passwords of deploy/compose.yaml, each in a file that only its service may read. What is there is kept.
#
#   secrets.sh [FOLDER]   FOLDER: deploy/secrets unless named. Run as root, it gives each file to its service's user.
set -euo pipefail
umask 077

FOLDER=${1:-$(dirname "$0")/../secrets}
# The users in the images of Elasticsearch and Kibana, of Redis, and in deploy/Dockerfile.
ELASTIC=1000 REDIS=999 MARQUE=10001

password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME OWNER: write what comes in to a file, unless it is there.
keep() {
  local content
  content=$(cat)
  [ -e "$FOLDER/$1" ] && return
  printf '%s\n' "$content" >"$FOLDER/$1"
  chmod 400 "$FOLDER/$1"
  if [ "$(id -u)" = 0 ]; then
    chown "$2" "$FOLDER/$1"
  else
    echo "Not root: give it to its service · 非 root 用户，请另行授权：sudo chown $2 $FOLDER/$1" >&2
  fi
}

mkdir -p "$FOLDER"
# Every user must be able to reach a file of its own in it.
chmod 711 "$FOLDER"

password | keep elastic_password $ELASTIC
password | keep kibana_password $ELASTIC
elastic=$(cat "$FOLDER/elastic_password")
keep kibana.yml $ELASTIC <<YAML
elasticsearch.password: "$(cat "$FOLDER/kibana_password")"
xpack.encryptedSavedObjects.encryptionKey: "$(password)"
xpack.reporting.encryptionKey: "$(password)"
xpack.security.encryptionKey: "$(password)"
YAML
keep redis.conf $REDIS <<CONF
requirepass $(password)
CONF
redis=$(sed -n 's/^requirepass //p' "$FOLDER/redis.conf")
keep marque.toml $MARQUE <<TOML
elasticsearch_user = "elastic"
elasticsearch_password = "$elastic"
kibana_user = "elastic"
kibana_password = "$elastic"
redis_password = "$redis"
TOML
