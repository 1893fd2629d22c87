import { expect } from "chai";
import { sourceStage, type ConnectedRepository, type SourceSettings } from "../../components/source-stage.ts";
import { cloud, seen, settled, startCloud, valueOf } from "../support/cloud.ts";
import { staging } from "../support/names.ts";

const connected: ConnectedRepository = {
  provider: "GitLab",
  repository: "acme/shop",
  branch: "main",
  connectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
  branches: ["main"],
  tags: [],
  filePaths: [],
};

const pushes = (change: Partial<ConnectedRepository>) =>
  sourceStage(staging, { ...connected, ...change }).triggers.map(({ gitConfiguration }) => gitConfiguration);

describe("the source of a pipeline", () => {
  beforeEach(() => startCloud());

  it("makes a connection to the provider it is at, and none where one is given", async () => {
    sourceStage(staging, connected);
    for (const provider of ["GitHub", "GitLab", "Bitbucket"] as const) {
      sourceStage({ ...staging, prefix: `shop-${provider}` }, { ...connected, provider, connectionArn: undefined });
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

  it("takes a repository behind a connection, which the pipeline may use", async () => {
    const { declaration, statements, startedBy } = sourceStage(staging, connected);
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
    const [statement] = statements as readonly { Effect: string; Action: never; Resource: never }[];
    const outputs = [ConnectionArn, statement?.Action, statement?.Resource].map((output) => valueOf(output as never));
    expect([statements.length, statement?.Effect, ...(await Promise.all(outputs))]).to.deep.equal([
      1,
      "Allow",
      connected.connectionArn,
      "codeconnections:UseConnection",
      connected.connectionArn,
    ]);
    expect(startedBy).to.equal(undefined);
  });

  it("is told of pushes to branches, of those that change certain files, and of tags, each in a filter of its own", () => {
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
            Action: ["s3:GetObject", "s3:GetObjectVersion"],
            Resource: "arn:aws:s3:::acme-source/shop.zip",
          },
          {
            Effect: "Allow",
            Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
            Resource: "arn:aws:s3:::acme-source",
          },
        ],
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
    it(`in ${settings.provider} is not polled, is told of by an event, and makes no resource`, async () => {
      expect(sourceStage(staging, settings)).to.deep.equal(expected);
      await settled();
      expect(cloud).to.deep.equal([]);
    });
  }
});
