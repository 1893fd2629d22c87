#!/usr/bin/env bash
# The Pulumi CLI: the one on the PATH when it is recent, else one built from its Go module.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

version=v3.259.0
oldest=200
built="$tools/pulumi-$version"

# The minor version of a Pulumi 3 on the PATH outside .tools, 0 if there is none.
minor_outside() {
  local path found=''
  path=$(printf %s "$PATH" | tr ':' '\n' | grep -vxF "$tools/bin" | paste -sd: -)
  found=$(PATH="$path" PULUMI_SKIP_UPDATE_CHECK=true pulumi version 2>/dev/null) || true
  if [[ $found =~ ^v?3\.([0-9]+)\. ]]; then echo "${BASH_REMATCH[1]}"; else echo 0; fi
}

if [ "$(minor_outside)" -ge "$oldest" ]; then
  rm -f "$tools/bin/pulumi"
  exit
fi
if [ ! -x "$built" ]; then
  say "building the Pulumi CLI $version from its Go module (some minutes)"
  build_from_go "$built" github.com/pulumi/pulumi/pkg/v3 "$version" cmd/pulumi \
    "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$version"
fi
ln -sfn "$built" "$tools/bin/pulumi"
