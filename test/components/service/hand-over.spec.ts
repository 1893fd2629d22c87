import { expect } from "chai";
import {
  handOver,
  templateProperties,
  withoutRunningImage,
  type HandOver,
  type Running,
} from "../../../components/service/hand-over.ts";
import type { TaskTemplate } from "../../../components/service/task-template.ts";

const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com";
const image = (name: string, tag: string) => `${registry}/shop/staging/${name}:${tag}`;

/** A template of `proxy` and `web`, built here, and of a `cache` that is not. */
const template: TaskTemplate = {
  family: "shop-staging",
  size: { cpu: 256, memoryMiB: 512 },
  executionRoleArn: "execution",
  taskRoleArn: "task",
  volumes: [],
  containers: [
    { name: "cache", built: undefined, repository: undefined, definition: { image: "redis:7" }, composeLabel: "{}" },
    { name: "proxy", built: "proxy", repository: "shop/staging/proxy", definition: {}, composeLabel: "{}" },
    { name: "web", built: "web", repository: "shop/staging/web", definition: {}, composeLabel: "{}" },
  ],
  hash: "new",
};

const both = { proxy: image("proxy", "aaaaaaa"), web: image("web", "aaaaaaa") };
const running: Running = {
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:4",
  templateHash: "new",
  images: { cache: "redis:7", ...both },
  desiredCount: 2,
  deploymentId: "ecs-svc/1",
  held: false,
};

/** A decision that leaves alone what runs. */
const left = { leaveRunning: true, images: both, waitingFor: [], labels: {}, released: true };
const follows = { "compose-ecs-pipeline.follows": "ecs-svc/1" };
const changed: HandOver = { ...left, verdict: "changed", leaveRunning: false, labels: follows };
const webRuns = { cache: "redis:7", web: both.web };

interface Case {
  readonly title: string;
  readonly running: Running | undefined;
  readonly lastBuilt?: Readonly<Record<string, string>>;
  readonly decision: HandOver;
}

const cases: readonly Case[] = [
  {
    title: "creates everything at the first up, without an image",
    running: undefined,
    decision: { verdict: "first", leaveRunning: false, images: {}, waitingFor: [], labels: {}, released: false },
  },
  {
    title: "does not change the running revision while the template is the same",
    running,
    decision: { ...left, verdict: "same" },
  },
  {
    title: "does not change the first revision until something was released",
    running: { ...running, desiredCount: 0 },
    decision: { ...left, verdict: "same", released: false },
  },
  {
    title: "creates a revision with the running images when the template has changed",
    running: { ...running, templateHash: "old" },
    decision: changed,
  },
  {
    title: "creates a revision if the running one has no label",
    running: { ...running, templateHash: undefined },
    decision: changed,
  },
  {
    title: "does not change what a rollback holds, even if the template has changed",
    running: { ...running, templateHash: "old", held: true },
    decision: { ...left, verdict: "held" },
  },
  {
    title: "does not change what a rollback holds, even if the template is the same",
    running: { ...running, held: true },
    decision: { ...left, verdict: "held" },
  },
  {
    title: "gives a new container the image that its last build pushed",
    running: { ...running, templateHash: "old", images: webRuns },
    lastBuilt: { proxy: image("proxy", "bbbbbbb") },
    decision: { ...changed, images: { proxy: image("proxy", "bbbbbbb"), web: both.web } },
  },
  {
    title: "prefers the running image to a newer one that was built",
    running: { ...running, templateHash: "old" },
    lastBuilt: { web: image("web", "bbbbbbb") },
    decision: changed,
  },
  {
    title: "waits for the first image of a new container",
    running: { ...running, templateHash: "old", images: webRuns },
    decision: { ...left, verdict: "waiting", images: { web: both.web }, waitingFor: ["proxy"] },
  },
  {
    title: "does not wait for an image before the first release",
    running: { ...running, templateHash: "old", desiredCount: 0, images: {} },
    decision: { ...changed, images: {}, released: false },
  },
  {
    title: "does not use an image of another repository",
    running: { ...running, templateHash: "old", images: { ...both, proxy: "nginx:1" } },
    decision: { ...left, verdict: "waiting", images: { web: both.web }, waitingFor: ["proxy"] },
  },
  {
    title: "does not use an image of the same repository in another environment",
    running: { ...running, templateHash: "old", images: { ...both, web: `${registry}/shop/production/web:aaaaaaa` } },
    decision: { ...left, verdict: "waiting", images: { proxy: both.proxy }, waitingFor: ["web"] },
  },
];

describe("the hand-over", () => {
  for (const { title, running: runs, lastBuilt = {}, decision } of cases) {
    it(title, () => {
      expect(handOver({ template, running: runs, lastBuilt })).to.deep.equal(decision);
    });
  }

  it("recognises an image by its repository, whatever host, tag or digest it has", () => {
    const uris = ["127.0.0.1:5001/shop/staging/web:aaaaaaa", `${registry}/shop/staging/web@sha256:${"0".repeat(64)}`];
    const without = uris.map((web) => withoutRunningImage({ ...running, images: { ...both, web } }, template));
    expect(without).to.deep.equal([[], []]);
  });

  it("leaves every property unchanged that comes from the template", () => {
    expect(templateProperties.toSorted()).to.deep.equal([
      "containerDefinitions",
      "cpu",
      "executionRoleArn",
      "memory",
      "pidMode",
      "runtimePlatform",
      "taskRoleArn",
      "volumes",
    ]);
  });

  it("counts a service as asleep only if a schedule stops tasks, and as released only with a release's images", () => {
    const decide = (images: Readonly<Record<string, string>>, sleeps: boolean) => {
      const { verdict, released, asleep } = handOver({
        template,
        running: { ...running, desiredCount: 0, images },
        lastBuilt: {},
        sleeps,
      });
      return { verdict, released, asleep };
    };
    const latest = { proxy: image("proxy", "latest"), web: image("web", "latest") };
    expect([
      decide(running.images, true),
      decide(running.images, false),
      decide(latest, true),
      handOver({ template, running, lastBuilt: {}, sleeps: true }).asleep,
    ]).to.deep.equal([
      { verdict: "same", released: true, asleep: true },
      { verdict: "same", released: false, asleep: undefined },
      { verdict: "same", released: false, asleep: undefined },
      undefined,
    ]);
  });
});
