import { expect } from "chai";
import { looksSecret } from "../../../scripts/init/secret-names.ts";

describe("looksSecret", () => {
  const secrets = [
    "DB_PASSWORD",
    "MYSQL_PWD",
    "SECRET_KEY_BASE",
    "API_KEY",
    "STRIPE_API_KEY",
    "JWT_SECRET",
    "DATABASE_URL",
    "REDIS_URL",
    "GITHUB_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "SENTRY_DSN",
    "RAILS_MASTER_KEY",
    "APP_KEY",
    "SMTP_PASS",
  ];
  const plain = [
    "RAILS_ENV",
    "PORT",
    "LOG_LEVEL",
    "PUBLIC_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "TOKEN_TTL",
    "PASSWORD_MIN_LENGTH",
    "DB_PASSWORD_FILE",
    "KEYBOARD",
    "MONKEY",
    "BASE_URL",
    "ALLOW_EMPTY_PASSWORD",
    "S3_BUCKET",
    "COMPASS",
  ];
  for (const name of secrets)
    it(`takes ${name} for a secret`, () => {
      expect(looksSecret(name)).to.equal(true);
    });
  for (const name of plain)
    it(`takes ${name} for a plain variable`, () => {
      expect(looksSecret(name)).to.equal(false);
    });

  it("takes the address of a server without a password for no secret", () => {
    expect([
      looksSecret("REDIS_URL", "redis://redis:6379/0"),
      looksSecret("MONGO_URI", "mongodb://u:p@mongo/x"),
    ]).to.deep.equal([false, true]);
  });

  it("takes a URL with a password for a secret, whatever its variable is named", () => {
    expect([looksSecret("BROKER", "amqp://ann:pass@mq/x"), looksSecret("BROKER", "amqp://mq/x")]).to.deep.equal([
      true,
      false,
    ]);
  });
});
