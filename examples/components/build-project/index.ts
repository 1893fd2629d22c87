import { BuildProject, readPlace } from "../../../components/index.ts";

// A CodeBuild project that an action of your pipeline starts, with its role and its log group.
const place = await readPlace();
const bucket = `shop-artifacts-${place.accountId}`;

const build = new BuildProject("shop-build", {
  place,
  artifactBucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
  description: "Builds the image of a commit and pushes it",
  buildspec: "buildspec.yml",
  timeoutMinutes: 20,
  docker: true,
  environment: { REPOSITORY: "shop" },
  parameters: { NPM_TOKEN: "/shop/production/NPM_TOKEN" },
  statements: [{ Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/*` }],
  logRetentionDays: 30,
});

export const { projectName } = build;
