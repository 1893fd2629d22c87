import { expect } from "chai";
import { composeFileArgs, readStackApplication } from "../../components/application/compose-file.ts";
import { Refusal } from "../../components/kit/refusal.ts";
import { readSettings } from "../../settings.ts";
import { cloud, startCloud } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";
import { changed } from "../support/settings.ts";

describe("the program refuses, before anything is created,", () => {
  it("a stack without a Compose file", async () => {
    await startCloud({ stack: "qa", config: changed({}) });
    const settings = readSettings();
    expect(() => readStackApplication(composeFileArgs(settings, {}))).to.throw(
      Refusal,
      "docker-compose-qa.yml: there is no such file; the stack qa needs it",
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a task size that is smaller than its containers' limits", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "256", "compose-ecs-pipeline:taskMemoryMiB": "512" };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      "docker-compose-staging.yml: the containers' limits need 512 CPU units and 896 MiB, more than taskCpu 256 and taskMemoryMiB 512; raise these or lower the limits",
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a base image in a registry of another region", async () => {
    const entry = "debian:12=111111111111.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/debian:12";
    const config = { "compose-ecs-pipeline:baseImages": JSON.stringify([entry]) };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      "baseImages: debian:12 is in eu-west-1; give a repository or a pull-through cache in us-east-1",
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a KMS key of another region, for artifacts as well as for parameters", async () => {
    const [there, here] = ["eu-west-1", "us-east-1"].map((region) => `arn:aws:kms:${region}:000000000000:key/a`);
    const refusal = async (key: string, value: string) => {
      const config = { [`compose-ecs-pipeline:${key}`]: value };
      const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
      return failure instanceof Refusal ? failure.message : failure;
    };
    expect([
      await refusal("parameterKmsKeyArns", JSON.stringify([here, there])),
      await refusal("artifactKmsKeyArn", String(there)),
    ]).to.deep.equal([
      "parameterKmsKeyArns: arn:aws:kms:eu-west-1:000000000000:key/a is in eu-west-1; give a key in us-east-1",
      "artifactKmsKeyArn: arn:aws:kms:eu-west-1:000000000000:key/a is in eu-west-1; give a key in us-east-1",
    ]);
    expect(cloud).to.deep.equal([]);
  });

  it("tests before a push if the Compose file has none", async () => {
    const config = { "compose-ecs-pipeline:runTests": "true" };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      'docker-compose-staging.yml: runTests is true, but no service has the profile "test"; add one or set runTests to false',
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a Compose file that needs a variable which is not set", async () => {
    const config = { "compose-ecs-pipeline:parameters": '["DATABASE_URL"]' };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message.split("\n") : failure).to.deep.equal([
      "docker-compose-staging.yml:35:24: nothing sets SECRET_KEY_BASE; set it or write ${SECRET_KEY_BASE:-default}",
      "docker-compose-staging.yml:82:24: nothing sets SECRET_KEY_BASE; set it or write ${SECRET_KEY_BASE:-default}",
    ]);
    expect(cloud).to.deep.equal([]);
  });
});
