#!/usr/bin/env bash
# Make a certificate authority, and one certificate that is good for every node of Elasticsearch, unless they are there.
#
#   certificates.sh FOLDER NODE…
set -euo pipefail

FOLDER=${1:?where to} && shift
PATH=$PATH:/usr/share/elasticsearch/bin
names=$(IFS=,; echo "$*")

# make NAME COMMAND…: have Elasticsearch's own tool write FOLDER/NAME/NAME.crt and .key.
make() {
  local name=$1 && shift
  [ -e "$FOLDER/$name/$name.crt" ] && return
  elasticsearch-certutil "$@" --silent --pem --out "$FOLDER/$name.zip"
  unzip -q -o "$FOLDER/$name.zip" -d "$FOLDER"
  rm "$FOLDER/$name.zip"
}

mkdir -p "$FOLDER"
make ca ca
make node cert --name node --dns "$names,localhost" --ip 127.0.0.1 \
  --ca-cert "$FOLDER/ca/ca.crt" --ca-key "$FOLDER/ca/ca.key"
# Nodes read their key by their group, which is 0; everybody may have the certificates.
chown -R 0:0 "$FOLDER"
chmod 755 "$FOLDER" "$FOLDER"/{ca,node}
chmod 644 "$FOLDER"/{ca/ca,node/node}.crt
chmod 640 "$FOLDER/node/node.key"
chmod 600 "$FOLDER/ca/ca.key"
