#!/usr/bin/env bash
# BuildKit's daemon, for `npm run bench`: a builder that starts empty. It runs as root and starts runc, which comes with Docker.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

if have buildkitd || [ -x "$tools/bin/buildkitd" ]; then exit 0; fi
say "building BuildKit from its Go module (some minutes)"
build_from_go "$tools/bin/buildkitd" github.com/moby/buildkit v0.25.2 cmd/buildkitd ""
