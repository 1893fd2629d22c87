import { expect } from "chai";
import { awsErrorOf, isAwsError } from "../../../build/verdict/aws-error.ts";
import { awsError } from "../../support/command-line.ts";

describe("an error of a call of AWS", () => {
  it("has one of the kinds that many actions have, or none", () => {
    const kinds = [
      "AccessDeniedException",
      "ThrottlingException",
      "ExpiredTokenException",
      "RepositoryNotFoundException",
      "ParameterNotFound",
      "TimeoutError",
      "ImageNotFoundException",
      "ValidationException",
    ].map((name) => [name, awsErrorOf(awsError(name, "why")).kind]);
    expect(Object.fromEntries(kinds)).to.deep.equal({
      AccessDeniedException: "denied",
      ThrottlingException: "throttled",
      ExpiredTokenException: "credentials",
      RepositoryNotFoundException: "absent",
      ParameterNotFound: "absent",
      TimeoutError: "unreachable",
      ImageNotFoundException: undefined,
      ValidationException: undefined,
    });
  });

  it("says its first line without a full stop, or else its code or its name", () => {
    const coded = Object.assign(new Error(""), { code: "ECONNREFUSED" });
    const errors = [awsError("E", "It failed.\n  at some.js"), coded, awsError("TimeoutError", ""), "thrown"];
    expect(errors.map((error) => awsErrorOf(error).said)).to.deep.equal([
      "It failed",
      "ECONNREFUSED",
      "TimeoutError",
      "thrown",
    ]);
  });

  it("is known by its names", () => {
    const error = awsError("ConflictException", "");
    expect([isAwsError(error, "NotFoundException", "ConflictException"), isAwsError(error, "Conflict")]).to.deep.equal([
      true,
      false,
    ]);
    expect(isAwsError("ConflictException", "ConflictException")).to.equal(false);
  });
});
