#!/usr/bin/env bash
# A Docker engine that answers, and a client with Compose and buildx.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

plugins="$tools/docker/cli-plugins"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/set-up.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

engine() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_within() {
  local tries
  for ((tries = 0; tries < $1 * 4; tries++)); do
    if engine; then return; fi
    sleep 0.25
  done
  return 1
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    say "starting the Docker engine (stop it with: systemctl stop docker)"
    quietly docker systemctl start docker
  else
    say "starting dockerd; it keeps running (stop it with: kill \$(cat $tools/dockerd.pid))"
    rm -f "$tools/dockerd.pid"
    # Without the set-up's lock, which would last as long as the engine.
    setsid dockerd --pidfile "$tools/dockerd.pid" >"$tools/dockerd.log" 2>&1 </dev/null 9>&- &
  fi
  engine_within 30 && return
  tail -n 5 "$tools/dockerd.log" 2>/dev/null | sed 's/^/  /' >&2 || true
  fail "the Docker engine does not answer" "read $tools/dockerd.log, or start an engine by hand"
}

need_engine() {
  if engine; then return; fi
  if ! debian || [ "$(id -u)" != 0 ]; then
    fail "no Docker engine answers" "start one (Docker Desktop, or: systemctl start docker) that this user may use; as root on Debian the set-up installs it"
  fi
  if ! have dockerd || ! have iptables; then install_packages docker.io iptables; fi
  have docker || install_packages docker-cli
  engine || start_engine
}

# Debian 13's packages, fetched with a separate apt state from the mirror that this machine's apt uses.
unpack_plugins() (
  cd "$scratch" || return
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # apt's own placeholders
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v codename="$codename" '$2 == codename && $3 == "main" { print $1; exit }')
  if [ -z "$mirror" ] || [ ! -r "$keyring" ]; then return 1; fi
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  echo "deb [signed-by=$keyring] $mirror trixie main" >"$scratch/sources.list"
  apt=(apt-get -o "Dir::Etc::sourcelist=$scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o APT::Sandbox::User=)
  quietly plugins "${apt[@]}" update && quietly plugins "${apt[@]}" download docker-compose docker-buildx || return 1
  for package in *.deb; do dpkg-deb -x "$package" unpacked || return 1; done
  mkdir -p "$plugins"
  cp unpacked/usr/libexec/docker/cli-plugins/docker-{compose,buildx} "$plugins"
)

build_plugins() {
  say "building Compose and buildx from their Go modules (some minutes)"
  build_from_go "$plugins/docker-compose" github.com/docker/compose/v5 v5.6.0 cmd \
    "-X github.com/docker/compose/v5/internal.Version=v5.6.0"
  build_from_go "$plugins/docker-buildx" github.com/docker/buildx v0.38.2 cmd/buildx \
    "-X github.com/docker/buildx/version.Version=v0.38.2"
}

has_plugins() { docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; }

need_plugins() {
  if has_plugins; then
    rm -f "$tools/docker.env"
    return
  fi
  # A separate configuration folder has no contexts: name the engine that answered.
  local host=''
  if [ "$(docker context show 2>/dev/null || echo default)" != default ]; then
    host=$(docker context inspect --format '{{.Endpoints.docker.Host}}')
  fi
  export DOCKER_CONFIG="$tools/docker"
  if ! has_plugins; then
    say "fetching Compose and buildx"
    { debian && unpack_plugins; } || build_plugins
    has_plugins || fail "Compose and buildx do not work" "install Docker's compose and buildx plugins"
  fi
  printf 'export DOCKER_CONFIG=%q\n' "$DOCKER_CONFIG" >"$tools/docker.env"
  if [ -n "$host" ]; then printf 'export DOCKER_HOST=%q\n' "$host" >>"$tools/docker.env"; fi
}

need_engine
need_plugins
# A buildx older than 0.17 cannot do what Compose's bake asks of it.
if [[ $(docker buildx version) =~ v?0\.([0-9]+)\. ]] && [ "${BASH_REMATCH[1]}" -lt 17 ]; then
  echo 'export COMPOSE_BAKE=false' >>"$tools/docker.env"
fi
