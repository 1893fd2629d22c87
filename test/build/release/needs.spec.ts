import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { imagesStep } from "../../../components/build/images-step.ts";
import { migrateStep, verifyStep } from "../../../components/build/release-steps.ts";
import { staging } from "../../support/names.ts";
import { releasePlan } from "../../support/plans.ts";
import { playCase, type Needs, type StepCases } from "../../support/step-cases.ts";
import { stepCases } from "../../support/step-file.ts";
import { application } from "../../support/task.ts";

const release = releasePlan();

/** The declaration of each step's project. */
const projects = {
  migrate: migrateStep(release, { releaseRevisions: { migrate: pulumi.output("x") }, networkConfiguration: "{}" })[0],
  verify: verifyStep(release, { services: [] }),
  images: imagesStep({
    names: staging,
    application: application({}),
    architecture: "x86_64",
    program: release.program,
    logRetentionDays: 14,
  }),
};

/** What a step reads and calls in all of its cases. */
async function needsOf(step: StepCases["step"]): Promise<Needs> {
  const needs: Needs = { variables: new Set(), actions: new Set() };
  const all = stepCases(step);
  for (const one of all.cases) await playCase(all, one, needs);
  return needs;
}

/** Variables that CodeBuild and CodePipeline set, and those that the buildspec reads. */
const given = /^(CODEBUILD_\w+|PIPELINE_EXECUTION_ID|RELEASE_PROGRAM\w*)$/;

/** Actions of a role besides the calls of its step: to get the program and write artifacts, and what AWS asks for a call. */
const besides = /^(s3:|kms:|iam:PassRole$|cloudwatch:)/;

for (const step of ["migrate", "verify", "images"] as const) {
  describe(`the project of the step ${step}`, () => {
    it("has the variables that the step reads, and no others", async () => {
      const { variables } = await needsOf(step);
      const set = Object.keys(projects[step]?.environment ?? {});
      const own = (names: Iterable<string>) => [...names].filter((name) => !given.test(name)).toSorted();
      expect(own(variables)).to.deep.equal(own(set));
    });

    it("may make the calls of AWS that the step makes, and no others", async () => {
      const { actions } = await needsOf(step);
      const granted = (projects[step]?.statements ?? [])
        .flatMap(({ Action }) => Action)
        .filter((one) => typeof one === "string")
        .filter((one) => !besides.test(one));
      expect([...actions].toSorted()).to.deep.equal([...new Set(granted)].toSorted());
    });
  });
}
