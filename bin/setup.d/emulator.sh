#!/usr/bin/env bash
# The emulator of AWS's API and the aws CLI, in one virtual environment (the CLI has its own botocore).
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

venv="$tools/venv"
requirements=('ministack[full]==1.5.33' 'awscli==1.46.3')
# A virtual environment contains its own path: one that was moved must be created again.
stamp="$venv ${requirements[*]}"

if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
  have python3 || fail "missing: python3" "install Python 3.10 or later"
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then install_packages python3-venv; fi
  say "installing ministack and the aws CLI into a virtual environment"
  rm -rf "$venv"
  quietly venv python3 -m venv "$venv"
  quietly pip "$venv/bin/pip" install --disable-pip-version-check "${requirements[@]}"
  echo "$stamp" >"$venv/stamp"
fi
ln -sfn "$venv/bin/aws" "$tools/bin/aws"
ln -sfn "$venv/bin/ministack" "$tools/bin/ministack"
