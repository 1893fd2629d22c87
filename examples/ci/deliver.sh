#!/usr/bin/env bash
# What CI does for one environment. Run it in the folder of the Pulumi project, after `npm ci`:
#   deliver.sh preview STACK           prints what `up` would change, as Markdown
#   deliver.sh up STACK [OPTION]...    runs `up` with these options, then starts a release
set -euo pipefail

verb() { npx --no-install compose-ecs-pipeline "$@"; }

preview() { # stack
  local text code=0 heading="\`up\` of $1 would change"
  text=$(verb preview --stack "$1" 2>&1) || code=$?
  if [ "$code" != 0 ]; then heading="\`preview\` of $1 failed"; fi
  printf '### %s\n\n~~~~~~\n%s\n~~~~~~\n' "$heading" "$text"
  return "$code"
}

up() { # stack, options of `up`
  local code=0
  verb up --stack "$1" --forward --wait-timeout "${WAIT_TIMEOUT:-30m}" "${@:2}" || code=$?
  if [ "$code" = 4 ]; then
    echo "$1: a newer commit is up, so there is nothing to do for this one"
    return 0
  fi
  if [ "$code" != 0 ]; then return "$code"; fi
  # Of the branch's newest commit: it contains this one, and its own run may have failed because it needed this `up`.
  verb release --stack "$1"
}

case ${1-} in
  preview) if [ $# = 2 ]; then preview "$2"; exit; fi ;;
  up) if [ $# -gt 1 ]; then up "${@:2}"; exit; fi ;;
esac
echo "usage: deliver.sh preview STACK | deliver.sh up STACK [OPTION]..." >&2
exit 2
