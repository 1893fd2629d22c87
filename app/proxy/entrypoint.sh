#!/bin/sh
# nginx reads no environment variables: UPSTREAM becomes a line of its configuration.
set -eu

echo "server $UPSTREAM;" >/var/lib/proxy/upstream.conf
exec nginx -e /dev/stderr -g 'daemon off;'
