import { expect } from "chai";
import { describe, it } from "mocha";
import { problemsOf } from "../support.ts";

/** A `web` with these lines, a cache in its task, a queue and a mailer in separate ECS services, and others. */
const file = (lines: string): string => `services:
  cache: {image: 'redis:7'}
  queue: {image: q, expose: [5672], x-ecs: {service: queue}}
  mailer: {image: m, x-ecs: {service: mailer}}
  migrate: {image: m, profiles: [release]}
  database: {image: 'postgres:15', profiles: [development]}
  web:
    image: w
${lines.replace(/^/gm, "    ")}
`;

const inTask =
  '"cache" runs in the same task as "web", where its name does not resolve; write localhost, or give "cache" a separate ECS service with "x-ecs: {service: NAME}"';

describe("a Compose name as an address", () => {
  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    ["in a URL", "environment: {URL: redis://cache:6379/0}", [`9:24: ${inTask}`]],
    ["in a URL without a port", "environment: {URL: 'http://cache/'}", [`9:24: ${inTask}`]],
    ["behind a user and a password", "environment: {URL: 'redis://u:p@cache'}", [`9:24: ${inTask}`]],
    ["before a port", "environment: {BROKERS_A: 'one.example.com:1,cache:6379'}", [`9:30: ${inTask}`]],
    ["as the whole value of a host", "environment: {REDIS_HOST: cache}", [`9:31: ${inTask}`]],
    ["in a list of hosts", "environment: {MEMCACHED_HOSTS: 'a.example.com, cache'}", [`9:36: ${inTask}`]],
    ["in a DSN", "environment: {DSN: 'host=cache port=6379'}", [`9:24: ${inTask}`]],
    ["in an environment that is a list", "environment: ['URL=redis://cache:6379']", [`9:19: ${inTask}`]],
    ["in a command's words", "command: [redis-cli, -h, cache, ping]", [`9:14: ${inTask}`]],
    ["in a command's line", "command: redis-cli --host=cache ping", [`9:14: ${inTask}`]],
    ["before a port in a command", "command: nc -z cache 6379", [`9:14: ${inTask}`]],
    ["in a shell's line", "command: [sh, -c, 'curl http://cache:8080/ && exec web']", [`9:23: ${inTask}`]],
    ["in an entrypoint", "entrypoint: wait-for cache:6379 --", [`9:17: ${inTask}`]],
    ["in a health check", "healthcheck: {test: curl -f http://cache:8080}", [`9:25: ${inTask}`]],
    [
      "of a service that only people start",
      "environment: {DATABASE_URL: 'postgres://database/shop'}",
      ['9:33: "database" has a profile and does not run next to "web"; write the address that it has on AWS'],
    ],
    [
      "of an ECS service that names no port",
      "environment: {SMTP_HOST: mailer}",
      ['9:30: "mailer" has no port, so other ECS services cannot reach it; write "expose" there'],
    ],
    [
      "from a release service",
      "profiles: [release]\nenvironment: {URL: 'amqp://queue:5672'}",
      [
        '10:24: "queue" is not an address for "web": a release task runs alone; write an address that exists without it',
      ],
    ],
  ];
  for (const [title, lines, problems] of refused) {
    it(`is refused ${title}`, () => {
      // A release service alone leaves another one in the task.
      expect(problemsOf(file(lines))).to.deep.equal(problems.map((problem) => `shop.yml:${problem}`));
    });
  }

  const fine: readonly (readonly [string, string])[] = [
    ["another ECS service's", "environment: {URL: 'amqp://queue:5672', QUEUE_HOST: queue}"],
    ["a word of its own", "environment: {ROLE: web, PROCESS: cache, GREETING: 'the cache: 6379 times'}"],
    [
      "part of another name",
      "environment: {HOST: cache.example.com, A: 'http://my-cache:1/cache:6379', B: 'cachet:6379'}",
    ],
    ["an image", "environment: {IMAGE: 'cache:7', OTHER: 'registry.example.com/cache:6379'}"],
    ["a path", "environment: {DIR: /var/cache, URL: 'http://localhost/cache'}"],
    ["a command's own word", "command: foreman start cache\nentrypoint: [cache]"],
    ["a help option's neighbour", "command: [cache, -h]"],
  ];
  for (const [title, lines] of fine) {
    it(`is no mistake where it is ${title}`, () => {
      expect(problemsOf(file(lines))).to.deep.equal([]);
    });
  }
});
