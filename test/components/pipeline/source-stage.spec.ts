import { expect } from "chai";
import { Refusal } from "../../../components/kit/refusal.ts";
import { sourceStage } from "../../../components/pipeline/source-stage.ts";
import { cloud, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import type { ConnectedRepository, SourceSettings } from "../../../components/pipeline/source.ts";

const connected: ConnectedRepository = {
  provider: "GitLab",
  repository: "acme/shop",
  branch: "main",
  connectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
  branches: ["main"],
  tags: [],
  filePaths: [],
};

const images = ["proxy", "web"];
const artifacts = "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*";

const pushes = (change: Partial<ConnectedRepository>) =>
  sourceStage(staging, { ...connected, ...change }, images).triggers.map(({ gitConfiguration }) => gitConfiguration);

describe("the source of a pipeline", () => {
  beforeEach(() => startCloud());

  it("creates a connection to its provider, and none if one is given", async () => {
    sourceStage(staging, connected, images);
    for (const provider of ["GitHub", "GitLab", "Bitbucket"] as const) {
      sourceStage(
        { ...staging, prefix: `shop-${provider}` },
        { ...connected, provider, connectionArn: undefined },
        images,
      );
    }
    await settled();
    expect(seen()).to.deep.equal(
      ["Bitbucket", "GitHub", "GitLab"].map((provider) => [
        "aws:codeconnections/connection:Connection",
        `shop-${provider}`,
        { name: `shop-${provider}`, providerType: provider },
        {},
      ]),
    );
  });

  it("can be a repository behind a connection, which the pipeline may use", async () => {
    const { declaration, statements, startedBy } = sourceStage(staging, connected, images);
    const [{ configuration, ...action } = { configuration: {} }] = declaration.actions;
    const { ConnectionArn, ...more } = configuration as Readonly<Record<string, never>>;
    expect({ ...action, configuration: more }).to.deep.equal({
      name: "Source",
      category: "Source",
      owner: "AWS",
      provider: "CodeStarSourceConnection",
      version: "1",
      namespace: "SourceVariables",
      outputArtifacts: ["Source"],
      configuration: {
        FullRepositoryId: "acme/shop",
        BranchName: "main",
        OutputArtifactFormat: "CODE_ZIP",
        DetectChanges: "false",
      },
    });
    const [statement, ...others] = statements as readonly { Effect: string; Action: never; Resource: never }[];
    const outputs = [ConnectionArn, statement?.Action, statement?.Resource].map((output) => valueOf(output as never));
    expect([statement?.Effect, ...(await Promise.all(outputs))]).to.deep.equal([
      "Allow",
      connected.connectionArn,
      "codeconnections:UseConnection",
      connected.connectionArn,
    ]);
    expect(others).to.deep.equal([{ Effect: "Allow", Action: "s3:PutObjectAcl", Resource: artifacts }]);
    expect(startedBy).to.equal(undefined);
  });

  it("has a separate filter for pushes to branches, for those that change certain files, and for tags", () => {
    const filters: readonly (readonly [Partial<ConnectedRepository>, readonly object[]])[] = [
      [{}, [{ branches: { includes: ["main"] } }]],
      [
        { branches: ["release/*", "!release/old"], filePaths: ["app/**", "!**/*.md"] },
        [
          {
            branches: { includes: ["release/*"], excludes: ["release/old"] },
            filePaths: { includes: ["app/**"], excludes: ["**/*.md"] },
          },
        ],
      ],
      [{ branches: [], tags: ["v*"] }, [{ tags: { includes: ["v*"] } }]],
      [
        { tags: ["!*-rc"], filePaths: ["app/**"] },
        [{ branches: { includes: ["main"] }, filePaths: { includes: ["app/**"] } }, { tags: { excludes: ["*-rc"] } }],
      ],
    ];
    for (const [change, expected] of filters) {
      expect(pushes(change)).to.deep.equal([{ sourceActionName: "Source", pushes: expected }]);
    }
  });

  const events: readonly (readonly [SourceSettings, object])[] = [
    [
      { provider: "CodeCommit", repository: "shop", branch: "staging" },
      {
        declaration: {
          name: "Source",
          actions: [
            {
              name: "Source",
              category: "Source",
              owner: "AWS",
              provider: "CodeCommit",
              version: "1",
              namespace: "SourceVariables",
              outputArtifacts: ["Source"],
              configuration: {
                RepositoryName: "shop",
                BranchName: "staging",
                OutputArtifactFormat: "CODE_ZIP",
                PollForSourceChanges: "false",
              },
            },
          ],
        },
        statements: [
          {
            Effect: "Allow",
            Action: [
              "codecommit:CancelUploadArchive",
              "codecommit:GetBranch",
              "codecommit:GetCommit",
              "codecommit:GetUploadArchiveStatus",
              "codecommit:UploadArchive",
            ],
            Resource: "arn:aws:codecommit:us-east-1:000000000000:shop",
          },
        ],
        artifacts: ["Source"],
        triggers: [],
        startedBy: {
          source: ["aws.codecommit"],
          "detail-type": ["CodeCommit Repository State Change"],
          resources: ["arn:aws:codecommit:us-east-1:000000000000:shop"],
          detail: {
            event: ["referenceCreated", "referenceUpdated"],
            referenceType: ["branch"],
            referenceName: ["staging"],
          },
        },
        revision: "#{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
      },
    ],
    [
      { provider: "S3", bucket: "acme-source", key: "shop.zip" },
      {
        declaration: {
          name: "Source",
          actions: [
            {
              name: "Source",
              category: "Source",
              owner: "AWS",
              provider: "S3",
              version: "1",
              namespace: "SourceVariables",
              outputArtifacts: ["Source"],
              configuration: { S3Bucket: "acme-source", S3ObjectKey: "shop.zip", PollForSourceChanges: "false" },
            },
          ],
        },
        statements: [
          {
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
            Resource: "arn:aws:s3:::acme-source/shop.zip",
          },
          { Effect: "Allow", Action: "s3:PutObjectTagging", Resource: artifacts },
          {
            Effect: "Allow",
            Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
            Resource: "arn:aws:s3:::acme-source",
          },
        ],
        artifacts: ["Source"],
        triggers: [],
        startedBy: {
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: { bucket: { name: ["acme-source"] }, object: { key: ["shop.zip"] } },
        },
        revision: "version #{SourceVariables.VersionId} of #{SourceVariables.ObjectKey}",
      },
    ],
  ];
  for (const [settings, expected] of events) {
    it(`in ${settings.provider} is not polled but reported by an event, and creates no resource`, async () => {
      expect(sourceStage(staging, settings, images)).to.deep.equal(expected);
      await settled();
      expect(cloud).to.deep.equal([]);
    });
  }

  it("in ECR takes an image of each repository, is notified of pushes of one tag, and may describe images", () => {
    const ofImage = (image: string, number: number) => ({
      name: `Source-${image}`,
      category: "Source",
      owner: "AWS",
      provider: "ECR",
      version: "1",
      namespace: `Image${number}`,
      outputArtifacts: [`Image${number}`],
      configuration: { RepositoryName: `shop/staging/${image}`, ImageTag: "release" },
    });
    expect(sourceStage(staging, { provider: "ECR", imageTag: "release" }, images)).to.deep.equal({
      declaration: { name: "Source", actions: [ofImage("proxy", 1), ofImage("web", 2)] },
      statements: [
        {
          Effect: "Allow",
          Action: "ecr:DescribeImages",
          Resource: images.map((image) => `arn:aws:ecr:us-east-1:000000000000:repository/shop/staging/${image}`),
        },
      ],
      artifacts: ["Image1", "Image2"],
      triggers: [],
      startedBy: {
        source: ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        detail: {
          "action-type": ["PUSH"],
          "image-tag": ["release"],
          "repository-name": ["shop/staging/proxy", "shop/staging/web"],
          result: ["SUCCESS"],
        },
      },
      revision: "proxy #{Image1.ImageDigest}, web #{Image2.ImageDigest}",
    });
  });

  it("in ECR refuses more images than CodeBuild accepts artifacts", () => {
    const six = ["a", "b", "c", "d", "e", "f"];
    expect(() => sourceStage(staging, { provider: "ECR", imageTag: "latest" }, six)).to.throw(
      Refusal,
      "sourceProvider: ECR releases at most 5 images, and the Compose file builds 6 (a, b, c, d, e, f); share images between services, or use a source that has the code",
    );
  });
});
