#!/usr/bin/env bash
# The checker of shell scripts; only the checks need it.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

have shellcheck || install_packages shellcheck
