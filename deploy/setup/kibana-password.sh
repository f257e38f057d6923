#!/usr/bin/env bash
# Give the user that Kibana is known by in Elasticsearch the password that Kibana has. Done again, it is the same.
#
#   kibana-password.sh URL CA SECRETS   SECRETS: the folder with elastic_password and kibana_password
set -euo pipefail

URL=${1:?} CA=${2:?} SECRETS=${3:?}

# Passwords go in by standard input, where no list of processes shows them.
curl --fail --silent --show-error --cacert "$CA" --config - --output /dev/null <<CURL
url = "$URL/_security/user/kibana_system/_password"
user = "elastic:$(cat "$SECRETS/elastic_password")"
header = "Content-Type: application/json"
data = "{\"password\": \"$(cat "$SECRETS/kibana_password")\"}"
CURL
