#!/usr/bin/env bash
# System commands that the build, the rehearsal, its images and the test of what a terminal shows use.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

wanted=()
for command in git jq tmux openssl; do
  if ! have "$command"; then wanted+=("$command"); fi
done
# It creates the base of the images if Debian's own cannot be pulled; only as root on Debian.
if debian && [ "$(id -u)" = 0 ] && ! have mmdebstrap; then wanted+=(mmdebstrap); fi
if [ ${#wanted[@]} -gt 0 ]; then install_packages "${wanted[@]}"; fi
