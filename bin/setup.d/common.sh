# What the parts of bin/setup share. Each part is a separate script, so that `set -e` holds inside it.
# shellcheck shell=bash
set -euo pipefail
root=${root:?run bin/setup} tools=${tools:?run bin/setup}

say() { echo "set-up: $*"; }

# Ends this part: what is missing, then how to get it.
fail() {
  echo "set-up: $1; $2" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command into a log and shows the log's end only when the command fails.
quietly() {
  local log="$tools/$1.log"
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 25 "$log" | sed 's/^/  /' >&2
    echo "set-up: failed: $*; the whole log is in $log" >&2
    return 1
  fi
}

debian() { [ -r /etc/os-release ] && grep -qx 'ID=debian' /etc/os-release && have apt-get; }

# Installs Debian packages as root; tells any other user to install them.
install_packages() {
  if ! debian; then fail "missing: $*" "install it with your system's package manager"; fi
  if [ "$(id -u)" != 0 ]; then fail "missing: $*" "run: sudo apt-get install --no-install-recommends $*"; fi
  say "installing $* with apt-get"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt apt-get update
  quietly apt apt-get install -y --no-install-recommends "$@"
}

# Go, also where it was unpacked by hand and is not on the PATH.
go_command() {
  local candidate
  for candidate in go /usr/local/go/bin/go /usr/lib/go/bin/go; do
    if have "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Builds a command from a Go module: file to make, module, version, package below the module, linker flags, and instead
# of a package a program of this repository that uses the module.
# The caller's Go flags and workspace must not change what comes out.
build_from_go() (
  go=$(go_command) || fail "missing: Go, to build $(basename "$1")" "install Go 1.25 or later, or $(basename "$1") itself"
  folder=$(mktemp -d "$tools/build.XXXXXX")
  trap 'rm -rf "$folder"' EXIT
  cd "$folder"
  export GOFLAGS=-mod=mod GOWORK=off GO111MODULE=on CGO_ENABLED=0 GOOS='' GOARCH=''
  # Without a go line the whole module graph would be fetched.
  printf 'module tools\n\ngo 1.25\n\nrequire %s %s\n' "$2" "$3" >go.mod
  package="$2/$4"
  if [ -n "${6:-}" ]; then
    cp "$6" .
    package=.
  fi
  quietly "$(basename "$1")" nice -n 10 "$go" build -buildvcs=false -ldflags "-s -w $5" -o "$folder/made" "$package"
  mkdir -p "$(dirname "$1")"
  mv "$folder/made" "$1"
)
