import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { only, valueOf } from "../../support/cloud.ts";
import { arn } from "../../support/duties.ts";
import { plan, plans, releasePlan } from "../../support/plans.ts";
import { application, container, task } from "../../support/task.ts";
import { migrateStep, verifyStep, type ReleasePlan } from "../../../components/build/release-steps.ts";
import { runProgram } from "../../support/program.ts";

const release = releasePlan();

/** Every action that the step Verify may do. */
const actionsOf = (change: Partial<ReleasePlan>) =>
  (verifyStep({ ...release, ...change }, { services: [] }).statements ?? [])
    .flatMap(({ Action }) => Action)
    .filter((action) => typeof action === "string");

describe("the step Verify", () => {
  it("knows each service with its action, its file and its counts, and whether its schedule ends its tasks", () => {
    const services = [...plans(), plan(task({ name: "night" }), { sleeps: true })];
    const told = verifyStep({ ...release, services }, { services: [] }).environment?.["SERVICES"];
    expect(JSON.parse(typeof told === "string" ? told : "")).to.deep.equal([
      {
        service: "shop-staging",
        action: "Deploy",
        imageDefinitions: "imagedefinitions.json",
        desiredCount: 2,
        maximumCount: 4,
      },
      {
        service: "shop-staging-cache",
        action: null,
        imageDefinitions: "imagedefinitions-cache.json",
        desiredCount: 1,
        maximumCount: 1,
      },
      {
        service: "shop-staging-worker",
        action: "Deploy-worker",
        imageDefinitions: "imagedefinitions-worker.json",
        desiredCount: 1,
        maximumCount: 1,
      },
      {
        service: "shop-staging-night",
        action: "Deploy-night",
        imageDefinitions: "imagedefinitions-night.json",
        desiredCount: 1,
        maximumCount: 1,
        sleeps: true,
      },
    ]);
  });

  it("knows the revision that up has made of each service's template, as the stack's outputs have it", async () => {
    const { madeRevisions } = await runProgram({ stack: "staging" });
    const made = await valueOf(pulumi.output(madeRevisions));
    const { inputs } = only("aws:codebuild/project:Project", "shop-staging-verify");
    const { environmentVariables } = inputs["environment"] as {
      readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
    };
    const told = environmentVariables.find(({ name }) => name === "SERVICE_REVISIONS")?.value.split(" ") ?? [];
    const arns = told.map((revision) => [revision.split(":")[0], arn("ecs", `task-definition/${revision}`)]);
    expect(told).to.have.lengthOf(2);
    expect(made).to.deep.include(Object.fromEntries(arns));
  });

  it("has time for the slowest deployment, and as long again to take services back", () => {
    const { environment = {}, timeoutMinutes } = verifyStep(release, { services: [] });
    expect([environment["TIMEOUT_MINUTES"], timeoutMinutes]).to.deep.equal(["12", 29]);
  });

  it("may read and write tags of images only if they are built from commits", () => {
    const ecr = (provider: "S3" | "ECR") =>
      actionsOf({ source: { provider } }).filter((action) => action.startsWith("ecr:"));
    expect([ecr("S3"), ecr("ECR")]).to.deep.equal([["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"], []]);
  });

  it("may ask a load balancer only if there is one", () => {
    const asks = (services: ReleasePlan["services"]) =>
      actionsOf({ services }).includes("elasticloadbalancing:DescribeTargetHealth");
    expect([asks(plans()), asks([plan(task({ entry: undefined }))])]).to.deep.equal([true, false]);
  });
});

describe("the step Migrate", () => {
  const targets = { releaseRevisions: {}, networkConfiguration: "{}" };

  it("has time for all release tasks", () => {
    const two = application({ release: [container("migrate"), container("seed")] });
    expect(
      migrateStep({ ...release, application: two }, targets).map(({ timeoutMinutes }) => timeoutMinutes),
    ).to.deep.equal([45]);
  });

  it("is not there without release tasks", () => {
    expect(migrateStep({ ...release, application: application() }, targets)).to.deep.equal([]);
  });
});
