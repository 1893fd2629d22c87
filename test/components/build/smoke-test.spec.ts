import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { requireSmokeTest, smokeTestOf } from "../../../components/build/smoke-test.ts";
import { startCloud, valueOf } from "../../support/cloud.ts";

const asked = { environment: "staging", source: { provider: "GitHub" } } as const;
const path = { url: "/version", answer: "{commit}" };
const whole = { url: "https://shop.example/version", answer: "{commit}" };

describe("the smoke test", () => {
  beforeEach(() => startCloud());

  it("is undefined if none is configured", () => {
    expect(smokeTestOf(undefined, undefined)).to.equal(undefined);
  });

  it("requests a path of the load balancer, or a full URL", async () => {
    const balancer = pulumi.output("http://balancer");
    const urls = [path, whole].map((settings) => smokeTestOf(settings, balancer)?.url ?? "");
    expect(await Promise.all(urls.map((url) => valueOf(pulumi.output(url))))).to.deep.equal([
      "http://balancer/version",
      "https://shop.example/version",
    ]);
  });

  it("is refused if it expects a commit of ready-made images, which have none", () => {
    expect(() => {
      requireSmokeTest({ ...asked, source: { provider: "ECR" }, smokeTest: path }, true);
    }).to.throw(
      'Pulumi.staging.yaml: smokeTestAnswer: "{commit}" asks for the commit, but ready-made images have none; set a text that every release has in its answer',
    );
  });

  it("is refused if it is a path and there is no load balancer", () => {
    expect(() => {
      requireSmokeTest({ ...asked, smokeTest: path }, false);
    }).to.throw(
      'Pulumi.staging.yaml: smokeTestUrl: "/version" is a path, but there is no load balancer because no service publishes a port; set a full URL, or remove it',
    );
  });

  it("is accepted if the environment has what it needs", () => {
    const both = [
      [{ ...asked, smokeTest: path }, true],
      [{ ...asked, smokeTest: whole }, false],
      [{ ...asked, source: { provider: "ECR" }, smokeTest: { url: "/version", answer: "ok" } }, true],
    ] as const;
    for (const [args, hasBalancer] of both)
      expect(() => {
        requireSmokeTest(args, hasBalancer);
      }).to.not.throw();
  });
});
