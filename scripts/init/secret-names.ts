/** Whether a variable of this name, with this value, is a secret. */
export function looksSecret(name: string, value = ""): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(value)) return true;
  // An address without a password.
  if (/^[a-z][a-z0-9+.-]*:\/\/[^@\s]+$/i.test(value) && /UR[IL]$|_HOST$/i.test(name)) return false;
  if (harmless.test(name)) return false;
  return secret.test(name);
}

/** Names with such a word hold no secret, even with KEY or TOKEN in them. */
const harmless =
  /(PUBLIC|PUBLISHABLE)_?KEY|KEY_?(PREFIX|NAME|PATH|FILE|LENGTH|SIZE|SPACE)|(TOKEN|SECRET|PASSWORD)S?_?(TTL|EXPIR\w*|LIFETIME|LENGTH|PATH|FILE|URL|NAME|ISSUER|AUDIENCE|MIN\w*|MAX\w*)|^ALLOW_|_ENABLED?$/i;

const secret =
  /PASSWORD|PASSWD|PASSPHRASE|(^|_)PASS$|(^|_)PW$|(^|_)PWD$|SECRET|CREDENTIAL|TOKEN|API_?KEY|(^|_)KEYS?$|(^|_)KEY_?BASE$|PRIVATE_?KEY|ACCESS_?KEY|ENCRYPTION_?KEY|(^|_)SALT$|(^|_)DSN$|(DATABASE|POSTGRES|POSTGRESQL|MYSQL|MONGO|MONGODB|REDIS|CACHE|AMQP|RABBITMQ|BROKER|DB)_?(URL|URI)$|^(DATABASE_URL|MONGO_URL)|CONNECTION_?STRING/i;
