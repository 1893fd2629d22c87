import { ECRClient, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { describe, it } from "mocha";
import { answerOf, awsProblem, isAwsError } from "../../../build/kit/aws-problem.ts";
import { StepError } from "../../../build/kit/step-error.ts";
import { awsError } from "../../support/command-line.ts";

describe("an error of AWS in a build", () => {
  it("is one line that names the action, what it is about, what AWS says and the remedy", () => {
    const errors = [
      awsError("AccessDeniedException", "User: a is not authorized to perform: ecr:DescribeImages"),
      awsError("ThrottlingException", "Rate exceeded"),
      awsError("ExpiredTokenException", "The security token included in the request is expired"),
      awsError("CredentialsProviderError", "Could not load credentials from any providers"),
      awsError("RepositoryNotFoundException", "The repository with name 'web' does not exist."),
      awsError("ClientException", "Unable to describe task definition."),
      awsError("Error", "getaddrinfo ENOTFOUND api.ecr.eu-central-1.amazonaws.com"),
      awsError("TimeoutError", ""),
      awsError("ServerException", "something\n    at some.js:3"),
      "thrown",
    ];
    const up = 'run "pulumi up" for the stack, which creates it';
    const network = "AWS cannot be reached; check the network of the build, then start the stage again";
    const credentials = "the credentials of the build are not valid (any more); start the stage again";
    expect(errors.map((error) => awsProblem(error, "ecr:DescribeImages", "web").message)).to.deep.equal(
      [
        'User: a is not authorized to perform: ecr:DescribeImages; run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it',
        "Rate exceeded; AWS has too many requests of this account; wait a minute, then start the stage again",
        `The security token included in the request is expired; ${credentials}`,
        `Could not load credentials from any providers; ${credentials}`,
        `The repository with name 'web' does not exist; ${up}`,
        `Unable to describe task definition; ${up}`,
        `getaddrinfo ENOTFOUND api.ecr.eu-central-1.amazonaws.com; ${network}`,
        `TimeoutError; ${network}`,
        "something; start the stage again",
        "thrown; start the stage again",
      ].map((line) => `ecr:DescribeImages on web: ${line}`),
    );
  });

  it("says that nothing listens where AWS should be, as the client of AWS says it", async () => {
    const ecr = new ECRClient({
      region: "us-east-1",
      endpoint: "http://127.0.0.1:1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    const asked = answerOf("ecr:DescribeImages", "web", ecr.send(new DescribeImagesCommand({ repositoryName: "web" })));
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect([error instanceof StepError, String(error)]).to.deep.equal([
      true,
      "StepError: ecr:DescribeImages on web: connect ECONNREFUSED 127.0.0.1:1; AWS cannot be reached; check the network of the build, then start the stage again",
    ]);
  });

  it("is known by the name that AWS gives to it", () => {
    const absent = awsError("ImageNotFoundException", "no such image");
    expect([isAwsError(absent, "ImageNotFoundException"), isAwsError(absent, "ImageNotFound")]).to.deep.equal([
      true,
      false,
    ]);
  });
});
