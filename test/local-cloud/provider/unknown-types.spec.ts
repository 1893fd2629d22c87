import { expect } from "chai";
import { awsHandlers, invokes, providerOf } from "../../../local-cloud/index.ts";
import { unknownTypes } from "../../../local-cloud/provider/kit/unknown-types.ts";

describe("a resource that the local cloud does not know", () => {
  const queue = "urn:pulumi:staging::shop::aws:sqs/queue:Queue::jobs";

  it("is refused by its type", async () => {
    const create = async () => await providerOf(awsHandlers, invokes).create?.(queue, { name: "jobs" });
    const refusal = await create().then(String, (error: unknown) => (error as Error).message);
    expect(refusal).to.match(/no resource type aws:sqs\/queue:Queue/);
  });

  it("is recorded in a rehearsal, with an ARN and a URL that lead nowhere, and its type is said once", async () => {
    const said: string[] = [];
    const provider = providerOf(
      awsHandlers,
      invokes,
      unknownTypes((line) => said.push(line)),
    );
    const made = await provider.create?.(queue, { name: "jobs" });
    await provider.create?.(queue, { name: "mails" });
    expect(made?.outs).to.include({
      name: "jobs",
      arn: "arn:aws:sqs:us-east-1:000000000000:jobs",
      url: "https://sqs.invalid/jobs",
    });
    expect(said).to.deep.equal(["aws:sqs/queue:Queue: the local cloud does not know it; it is only recorded"]);
  });
});
