import { expect } from "chai";
import { describe, it } from "mocha";
import { problemsOf } from "./support.ts";

/** One service `web` with these lines, the first of them on line 4. */
function web(lines: string): string {
  return `services:\n  web:\n    image: web:1\n${lines.replace(/^/gm, "    ")}\n`;
}

describe("a service that ECS cannot run", () => {
  const keys: readonly (readonly [string, readonly string[]])[] = [
    ["privileged: true", ['4:5: Fargate runs no privileged containers; remove "privileged"']],
    ["foo: 1\nx-foo: 1", ['4:5: Compose has no key "foo" for a service; correct or remove it']],
    ["scale: 2\ndeploy: {replicas: 3}", ['4:12: "scale" and "deploy.replicas" differ; remove one']],
    ["read_only: maybe", ['4:16: "read_only" is "maybe"; write true or false']],
    ["init: ${LOG_LEVEL}", ['4:11: "init" is "info"; write true or false']],
    [
      "stop_grace_period: 3m",
      ['4:24: "stop_grace_period" is "3m", which ECS does not take; write whole seconds from 2s to 120s'],
    ],
    ["stop_grace_period: 10", ['4:24: "stop_grace_period" is "10"; write a duration such as 1m30s']],
    ["mem_limit: 5m", ['4:16: "mem_limit" is "5m"; write a whole number of mebibytes, 6m or more, such as 512m']],
    ["cpus: -1", ['4:11: "cpus" is "-1"; write vCPU above 0 up to 16, such as 0.5']],
    ["command: a && b", ['4:14: "command" has "&", but no shell reads it; write sh -c \'…\' around it']],
    [
      "entrypoint: []",
      ['4:17: "entrypoint" is empty, but ECS cannot clear what the image says; name a program or remove it'],
    ],
    ["command: {a: 1}", ['4:14: "command" must be a single value; write it after the colon']],
    [
      "cpus: 1\ndeploy: {resources: {limits: {cpus: 2}}}",
      ['4:11: "cpus" and "deploy.resources.limits" differ; remove one'],
    ],
    [
      "mem_limit: 1g\ndeploy: {resources: {reservations: {memory: 2g}}}",
      ["5:49: the reservation of 2048 MiB is above the limit of 1024 MiB; lower it"],
    ],
    [
      "deploy: {mode: global}",
      ['4:20: "mode" is "global", but an ECS service has a number of tasks; write replicated'],
    ],
    [
      "ports: ['3000-3005']",
      [
        '4:13: the load balancer reaches one port of an ECS service, and 3000 is published; write the others below "expose" instead of "ports"',
      ],
    ],
    ["ports: ['53:53/udp']", ["4:13: the load balancer does not support udp; use tcp"]],
    ["ports: [{published: 80}]", ['4:13: an item of "ports" has no "target"; write it']],
    [
      "healthcheck: {interval: 1s, timeout: 61s, retries: 11, start_period: 6m}",
      [
        '4:18: ECS does not run the health check of an image; write "test"',
        '4:29: "interval" is "1s", which ECS does not take; write whole seconds from 5s to 300s',
        '4:42: "timeout" is "61s", which ECS does not take; write whole seconds from 2s to 60s',
        '4:56: "retries" is "11"; write a number from 1 to 10',
        '4:74: "start_period" is "6m", which ECS does not take; write whole seconds from 0s to 300s',
      ],
    ],
    [
      "healthcheck: {test: [curl, x], start_interval: 1s}",
      [
        '4:25: "test" must begin with CMD, CMD-SHELL or NONE; write ["CMD", "program", "argument"]',
        '4:36: ECS has one interval; write "interval" and "start_period"',
      ],
    ],
    [
      "environment: {A: [1], B: 010, C: 1.0, '': x}",
      [
        '4:22: "environment" must give A a single value; write a text, a number, true or false',
        "4:30: Compose reads 010 as a number and may write it differently; quote it",
        "4:38: Compose reads 1.0 as a number and may write it differently; quote it",
        '4:43: "environment" has an entry without a name; write NAME=value',
      ],
    ],
    [
      "environment: [A=1, A=2, NONE, '$DATABASE_URL=1', {B: 1}]",
      [
        '4:24: "environment" sets A twice; remove one',
        "4:29: nothing sets NONE, which is passed on by its name alone; set it, or give it a value here",
        '4:35: "environment" has an entry without a name; write NAME=value',
        '4:54: an item of "environment" must be a text; write NAME=value',
      ],
    ],
    [
      "environment:\n  A: postgres://u:${DATABASE_URL}@h\n  B: ${IMAGE_TAG}\n  IMAGE_TAG:",
      [
        "5:23: DATABASE_URL is a parameter, and ECS puts no secret inside a longer text; make the whole value a parameter and write A: ${A}",
        '6:10: "environment" cannot hold IMAGE_TAG: it is known to a build only; use it in "image" or "build"',
        '7:17: "environment" cannot hold IMAGE_TAG: it is known to a build only; use it in "image" or "build"',
      ],
    ],
    [
      "command: run ${DATABASE_URL} ${IMAGE_TAG} ${TAG}",
      [
        "4:47: nothing sets TAG; set it or write ${TAG:-default}, or $$TAG where a shell in the container is to read it",
      ].concat([
        '4:18: "command" cannot hold DATABASE_URL: it is a parameter, which only running containers see; use it as the whole value of an environment entry, and write $$DATABASE_URL here',
        '4:34: "command" cannot hold IMAGE_TAG: it is known to a build only; use it in "image" or "build"',
      ]),
    ],
    [
      "build: {context: ., args: {A: '${DATABASE_URL}', DATABASE_URL: }}",
      [
        '4:36: "build" cannot hold DATABASE_URL: it is a parameter, which only running containers see; use it as the whole value of an environment entry',
        '4:68: "build" cannot hold DATABASE_URL: it is a parameter, which only running containers see; use it as the whole value of an environment entry',
      ],
    ],
  ];
  for (const [lines, problems] of keys) {
    it(`is refused with ${lines.replaceAll("\n", " ")}`, () => {
      expect([...problemsOf(web(lines))].toSorted()).to.deep.equal(
        problems.map((problem) => `shop.yml:${problem}`).toSorted(),
      );
    });
  }
});
