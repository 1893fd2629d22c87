import { expect } from "chai";
import { problemOf } from "../../../scripts/kit/aws-problem.ts";
import { Refusal } from "../../../scripts/kit/refusal.ts";
import { awsError } from "../../support/command-line.ts";

describe("what went wrong", () => {
  it("is one line that says how to go on", () => {
    const errors = [
      awsError("ExpiredTokenException", "The security token included in the request is expired"),
      awsError("CredentialsProviderError", "Could not load credentials from any providers"),
      awsError("ThrottlingException", "Rate exceeded"),
      awsError("AccessDeniedException", "User: a is not authorized to perform: ecs:DescribeServices"),
      awsError("PipelineNotFoundException", "Pipeline 'shop-staging' does not exist"),
      awsError("Error", "Region is missing"),
      awsError("Error", "getaddrinfo ENOTFOUND ecs.eu-central-1.amazonaws.com"),
      awsError("TimeoutError", ""),
      awsError("ValidationException", "1 validation error\n    at some.js:3"),
    ];
    expect(errors.map(problemOf)).to.deep.equal([
      "credentials: The security token included in the request is expired; log in to AWS again",
      "credentials: Could not load credentials from any providers; log in to AWS again",
      "AWS: too many requests (Rate exceeded); wait a minute, then try again",
      "AWS: User: a is not authorized to perform: ecs:DescribeServices; use credentials that have that permission, or ask for it",
      "AWS: Pipeline 'shop-staging' does not exist; check the account and the region, and whether `pulumi up` was run",
      "region: not known; give --region, or set aws:region for the stack",
      "AWS: it cannot be reached (getaddrinfo ENOTFOUND ecs.eu-central-1.amazonaws.com); check the network and the proxy, then try again",
      "AWS: it cannot be reached (TimeoutError); check the network and the proxy, then try again",
      "1 validation error",
    ]);
  });

  it("is the whole text of a refusal", () => {
    expect([problemOf(new Refusal("a: b; c\nd: e")), problemOf("thrown")]).to.deep.equal(["a: b; c\nd: e", "thrown"]);
  });
});
