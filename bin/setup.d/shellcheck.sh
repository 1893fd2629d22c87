#!/usr/bin/env bash
# The checker of shell scripts; needed by the checks alone, never to run anything.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

have shellcheck || install_packages shellcheck
