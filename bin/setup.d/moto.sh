#!/usr/bin/env bash
# moto, a second emulator of AWS's API, in a separate virtual environment (the aws CLI pins its botocore).
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

venv="$tools/moto"
# Not moto[server], whose other packages are for services that nothing here uses.
requirements=('moto==5.2.5' 'flask==3.1.3' 'flask-cors==6.0.5' 'PyYAML==6.0.4')
# A virtual environment contains its own path: one that was moved must be created again.
stamp="$venv ${requirements[*]}"

if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
  have python3 || fail "missing: python3" "install Python 3.10 or later"
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then install_packages python3-venv; fi
  say "installing moto into a virtual environment"
  rm -rf "$venv"
  quietly moto-venv python3 -m venv "$venv"
  quietly moto-pip "$venv/bin/pip" install --disable-pip-version-check --no-compile "${requirements[@]}"
  echo "$stamp" >"$venv/stamp"
fi
ln -sfn "$venv/bin/moto_server" "$tools/bin/moto_server"
