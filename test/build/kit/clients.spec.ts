import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { awsProblem } from "../../../build/kit/aws-problem.ts";
import { clientsOf } from "../../../build/kit/clients.ts";

describe("the clients of AWS in a build", () => {
  const before = { ...process.env };
  const silent = createServer(() => undefined);

  beforeEach(async () => {
    await once(silent.listen(0, "127.0.0.1"), "listening");
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_MAX_ATTEMPTS: "1",
    });
  });
  afterEach(() => {
    process.env = before;
    silent.closeAllConnections();
    silent.close();
  });

  it("end a call to which no answer comes, in one line", async () => {
    const error: unknown = await clientsOf(50)
      .ecs.send(new DescribeClustersCommand({}))
      .catch((thrown: unknown) => thrown);
    expect(awsProblem(error, "ecs:DescribeClusters", "shop-staging").message).to.match(
      /^ecs:DescribeClusters on shop-staging: .*50.*; AWS cannot be reached; check the network of the build, then start the stage again$/,
    );
  });
});
