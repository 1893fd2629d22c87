#!/usr/bin/env bash
# Compose's own loader as a command, which the tests ask what Compose makes of a file: the same version on every machine,
# while Docker's plugin is as old as the distribution.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

version=v2.13.0
program="$root/test/compose/compose-go/main.go"
built="$tools/compose-go-$version-$(cksum <"$program" | cut -d ' ' -f 1)"

if [ ! -x "$built" ]; then
  say "building compose-go $version"
  build_from_go "$built" github.com/compose-spec/compose-go/v2 "$version" "" "" "$program"
fi
ln -sfn "$built" "$tools/bin/compose-go"
