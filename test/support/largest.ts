import { mkdirSync, writeFileSync } from "node:fs";
import type { Answer } from "./cloud.ts";

/** So many parameters with long names. */
export const named = (parameters: number): readonly string[] =>
  Array.from({ length: parameters }, (_, index) => `PARAMETER_OF_THIRTY_LETTERS_${String(index + 10)}`);
/** So many objects of S3. */
const objects = (resources: number): readonly string[] =>
  Array.from({ length: resources }, (_, index) => `arn:aws:s3:::acme-${"of-a-bucket".repeat(4)}-${String(index)}/*`);
/** The longest names that `x-ecs` takes; an environment has at most ten ECS services, its own among them. */
const services = Array.from({ length: 9 }, (_, index) => `a-service-whose-name-is-so-long${String(index)}`);
/** Compose services whose images are built, each by itself. */
const images = ["web", ...services];

/** Where the Compose file is while a test runs: a stack names only files of the repository. */
const file = ".tools/largest.yml";

/** How much an environment has of what has no limit of its own. */
export interface Amounts {
  readonly built?: number;
  readonly parameters?: number;
  /** In the application's policy. */
  readonly resources?: number;
  /** In the name of each image, after the name of its service. */
  readonly letters?: number;
  /** Release services. */
  readonly releases?: number;
}

/** Settings of the largest environment, and of a larger one; its Compose file is written. */
export function largest(amounts: Amounts): Record<string, string> {
  const { built = 10, parameters = 40, resources = 10, letters = 0, releases = 3 } = amounts;
  const variables = named(parameters);
  const image = (index: number) =>
    index < built
      ? { image: `shop/${images[index] ?? ""}${"x".repeat(letters)}`, build: "../app" }
      : { image: `shop/web${"x".repeat(letters)}` };
  const container = (index: number) => ({
    ...image(index),
    environment: Object.fromEntries(variables.map((name) => [name, `\${${name}}`])),
  });
  const others: readonly (readonly [string, object])[] = [
    ...services.map((name, index) => [name, { ...container(index + 1), "x-ecs": { service: name } }] as const),
    ...Array.from({ length: releases }, (_, index) => {
      const name = `migrate-${images[index] ?? `the-data-of-a-service-${String(index)}`}`;
      return [name, { ...container(99), profiles: ["release"] }] as const;
    }),
  ];
  const web = {
    ...container(0),
    ports: ["80"],
    volumes: ["uploads:/uploads"],
    "x-ecs": { policy: [{ actions: ["s3:GetObject", "s3:PutObject"], resources: objects(resources) }] },
  };
  const text = JSON.stringify({
    services: { web, ...Object.fromEntries(others) },
    volumes: { uploads: { "x-ecs": { efs: { user: "10001:10001" } } } },
  });
  mkdirSync(".tools", { recursive: true });
  writeFileSync(file, text);
  return { ...everyOption, composeFiles: JSON.stringify([file]), parameters: JSON.stringify(variables) };
}

/** GovCloud has the longest ARNs of the partitions that an account of anyone's can be in. */
export const longestPlace: Readonly<Record<string, Answer>> = {
  "aws:index/getPartition:getPartition": () => ({
    id: "aws-us-gov",
    partition: "aws-us-gov",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": () => ({
    id: "us-gov-west-1",
    name: "us-gov-west-1",
    region: "us-gov-west-1",
    description: "AWS GovCloud (US-West)",
    endpoint: "ec2.us-gov-west-1.amazonaws.com",
  }),
};

/** Every option that makes a role or a build's variable longer, except for where the code comes from. */
const everyOption = {
  // With "-staging" 25 characters.
  app: "a".repeat(17),
  approval: "true",
  notificationEmails: '["team@example.com"]',
  testReports: "true",
  executeCommand: "true",
  artifactKmsKeyArn: "arn:aws-us-gov:kms:us-gov-west-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef",
  buildParameters: JSON.stringify(named(40)),
  baseImages: JSON.stringify(
    Array.from(
      { length: 8 },
      (_, index) =>
        `image${String(index)}:24=000000000000.dkr.ecr.us-gov-west-1.amazonaws.com/docker-hub/library/image${String(index)}:24`,
    ),
  ),
  bucket: "true",
  schedule: '["0 7 ? * * * = on","0 19 ? * * * = off"]',
};
