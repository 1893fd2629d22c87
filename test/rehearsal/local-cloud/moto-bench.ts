import { createHash } from "node:crypto";
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { templateLabel } from "../../../compose/index.ts";
import { run } from "../../../scripts/cli.ts";
import type { StackNames } from "../../../scripts/pulumi/stack-names.ts";
import type { Surroundings } from "../../../scripts/verb/surroundings.ts";
import { names as exampleNames } from "../../support/command-line.ts";
import { accountId, region } from "./local-endpoint.ts";
import { startMoto, type Moto } from "./moto.ts";

/** The cluster of the shop. */
export const cluster = "shop-test";
/** The repository of the shop's one image. */
export const repository = `${accountId}.dkr.ecr.${region}.amazonaws.com/shop/test/web`;
/** The stack's outputs. */
export const names: StackNames = {
  ...exampleNames,
  stack: "test",
  region,
  cluster,
  services: ["shop-test"],
  templates: {},
  madeRevisions: {},
  repositories: { web: repository },
  releaseFamilies: ["shop-test-migrate"],
  logGroup: "/ecs/shop-test",
  parameterPath: "/shop/test",
  rollbackHold: "/shop/test/.release/rollback-hold",
  verbLock: "/shop/test/.release/lock",
};
/** The execution role and the task role. */
export const roles = ["execution", "task"].map((name) => `arn:aws:iam::${accountId}:role/${name}`);

/**
 * A second emulator with the shop's service in it, and the verbs' command line. It is started before the tests of the
 * `describe` that calls this, and closed after them.
 */
export function motoBench() {
  let moto: Moto;

  before(async () => {
    moto = await startMoto({ running: 2 });
    const { ecs, ecr, logs } = moto.clients;
    await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    await register("shop-test", "aaaaaaa", { LEVEL: "info" });
    await register("shop-test", "bbbbbbb", { LEVEL: "info" });
    await register("shop-test", "ccccccc", { LEVEL: "debug" });
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "shop-test:2" }));
    await ecs.send(
      new CreateServiceCommand({ cluster, serviceName: "shop-test", taskDefinition: "shop-test:3", desiredCount: 2 }),
    );
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "shop/test/web" }));
    await logs.send(new CreateLogGroupCommand({ logGroupName: names.logGroup }));
    await register("shop-test-migrate", "ccccccc", {});
  });
  after(() => moto.close());

  async function register(family: string, tag: string, environment: Record<string, string>) {
    const [executionRoleArn, taskRoleArn] = roles;
    await moto.clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        cpu: "256",
        memory: "512",
        executionRoleArn,
        taskRoleArn,
        requiresCompatibilities: ["FARGATE"],
        containerDefinitions: [
          {
            name: "web",
            image: `${repository}:${tag}`,
            essential: true,
            memory: 512,
            environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
            secrets: [{ name: "WORD", valueFrom: "/shop/test/WORD" }],
            dockerLabels: { [templateLabel]: "5ca1ab1e" },
          },
        ],
      }),
    );
  }

  /** Runs a command line; `secret` is what a person types. */
  async function verb(args: readonly string[], secret = "") {
    const [out, err] = [[] as string[], [] as string[]];
    const word = { name: "/shop/test/WORD", from: "person" };
    const around = {
      say: (line: string) => out.push(line),
      warn: (line: string) => err.push(line),
      locate: () => Promise.resolve(names),
      clients: () => moto.clients,
      now: () => new Date(),
      interruption: () => new AbortController().signal,
      project: {
        declared: () =>
          Promise.resolve({
            stack: "test",
            region,
            path: "/shop/test",
            rolledOut: true,
            keyArns: [],
            variables: { WORD: word },
          }),
      },
      desk: { readSecret: () => Promise.resolve(secret) },
    };
    const code = await run([...args, "--stack", "test"], around as unknown as Surroundings);
    return { code, out, err };
  }

  async function pushed(imageTag: string) {
    const { image } = await moto.clients.ecr.send(
      new PutImageCommand({ repositoryName: "shop/test/web", imageTag, imageManifest: manifestOf(imageTag) }),
    );
    return image?.imageId?.imageDigest ?? "";
  }

  async function write(stream: string, ...events: (readonly [secondsAgo: number, message: string])[]) {
    const where = { logGroupName: names.logGroup, logStreamName: stream };
    await moto.clients.logs.send(new CreateLogStreamCommand(where));
    const logEvents = events.map(([ago, message]) => ({ timestamp: Date.now() - ago * 1000, message }));
    await moto.clients.logs.send(new PutLogEventsCommand({ ...where, logEvents }));
  }

  return {
    get moto() {
      return moto;
    },
    verb,
    pushed,
    write,
  };
}

/** An image's manifest; its layers are never read. */
const manifestOf = (tag: string): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    layers: [],
    config: { mediaType: "application/vnd.oci.image.config.v1+json", size: 2, digest: digestOf(tag) },
  });

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
