#!/bin/bash
# Speaks TLS only, by a certificate of its own, to whom REDIS_TOKEN is known; keeps everything in memory.
set -euo pipefail

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
  -keyout server.key -out server.crt 2>/dev/null

# From standard input, where no process list shows the token.
exec redis-server - <<END
port 0
tls-port 6379
tls-cert-file server.crt
tls-key-file server.key
tls-auth-clients no
requirepass ${REDIS_TOKEN:?set REDIS_TOKEN}
save ""
END
