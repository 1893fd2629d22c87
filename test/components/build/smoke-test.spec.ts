import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { requireSmokeTest, smokeTest } from "../../../components/build/smoke-test.ts";
import { startCloud, valueOf } from "../../support/cloud.ts";

const asked = { environment: "staging", smokeTestAnswer: "{commit}", source: { provider: "GitHub" } } as const;

describe("the smoke test", () => {
  beforeEach(() => startCloud());

  it("is none where none is asked for", () => {
    expect(smokeTest({ ...asked, smokeTestUrl: undefined }, undefined)).to.equal(undefined);
  });

  it("asks a path of the load balancer, or a whole URL as it is", async () => {
    const balancer = pulumi.output("http://balancer");
    const urls = ["/version", "https://shop.example/version"].map(
      (smokeTestUrl) => smokeTest({ ...asked, smokeTestUrl }, balancer)?.url ?? "",
    );
    expect(await Promise.all(urls.map((url) => valueOf(pulumi.output(url))))).to.deep.equal([
      "http://balancer/version",
      "https://shop.example/version",
    ]);
  });

  it("is refused a commit to ask for where ready-made images have none", () => {
    expect(() => {
      requireSmokeTest({ ...asked, source: { provider: "ECR" }, smokeTestUrl: "/version" }, true);
    }).to.throw(
      'Pulumi.staging.yaml: smokeTestAnswer: "{commit}" asks for the commit, and ready-made images have none; set a text that every release answers',
    );
  });

  it("is refused a path where there is no load balancer", () => {
    expect(() => {
      requireSmokeTest({ ...asked, smokeTestUrl: "/version" }, false);
    }).to.throw(
      'Pulumi.staging.yaml: smokeTestUrl: "/version" is a path, but nothing publishes a port, so that there is no load balancer; set a whole URL, or none',
    );
  });

  it("is taken where the environment has what it asks for", () => {
    const both = [
      [{ ...asked, smokeTestUrl: "/version" }, true],
      [{ ...asked, smokeTestUrl: "https://shop.example/version" }, false],
      [{ ...asked, smokeTestAnswer: "ok", source: { provider: "ECR" }, smokeTestUrl: "/version" }, true],
    ] as const;
    for (const [args, hasBalancer] of both)
      expect(() => {
        requireSmokeTest(args, hasBalancer);
      }).to.not.throw();
  });
});
