import { ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { clientsOf } from "../../../build/kit/clients.ts";
import { StepError } from "../../../build/kit/step-error.ts";
import { listTasks } from "../../../build/release/read-tasks.ts";
import { awsError, type Answers } from "../../support/command-line.ts";
import { startFakeAws } from "../../support/fake-aws.ts";

/** Lists tasks with the SDK's client of ECS, which speaks to a fake of AWS. */
async function listed(answers: Answers): Promise<{ readonly result: unknown; readonly asked: number }> {
  const aws = await startFakeAws(answers);
  const ecs = new ECSClient({
    region: "us-east-1",
    endpoint: aws.environment["AWS_ENDPOINT_URL"] ?? "",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const around = {
    environment: {},
    clients: { ...clientsOf(), ecs },
    folder: "",
    say: () => undefined,
    pause: () => Promise.resolve(),
    now: () => 0,
  };
  try {
    const result = await listTasks({ around, cluster: "shop" }, "shop-migrate", "RUNNING").catch(
      (error: unknown) => error,
    );
    return { result, asked: aws.asked.length };
  } finally {
    ecs.destroy();
    await aws.close();
  }
}

describe("a step of a release that calls AWS", () => {
  it("asks again if AWS has too many requests, as the SDK does by itself", async () => {
    let asked = 0;
    const { result } = await listed({
      ListTasks: () => {
        asked += 1;
        if (asked < 3) throw awsError("ThrottlingException", "Rate exceeded");
        return { taskArns: ["one"] };
      },
    });
    expect([result, asked]).to.deep.equal([["one"], 3]);
  });

  it("ends with one line if AWS denies a call, and does not ask again", async () => {
    const { result, asked } = await listed({
      ListTasks: () => {
        throw awsError("AccessDeniedException", "User: a is not authorized to perform: ecs:ListTasks");
      },
    });
    expect([result instanceof StepError, String(result), asked]).to.deep.equal([
      true,
      'StepError: ecs:ListTasks on shop-migrate: User: a is not authorized to perform: ecs:ListTasks; run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it',
      1,
    ]);
  });
});
