import { createHash } from "node:crypto";
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import { expect } from "chai";
import type { Credentials } from "../../../local-cloud/kit/service.ts";
import { outcome, startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

const repository = "arn:aws:ecr:us-east-1:000000000000:repository/shop/staging/web";

describe("the registry at the endpoint", function () {
  this.timeout(60_000);
  let local: LocalEndpoint;
  const password = async (
    credentials: Credentials | { accessKeyId: string; secretAccessKey: string },
  ): Promise<string> => {
    const { authorizationData } = await new ECRClient({ ...local.asRoot, credentials }).send(
      new GetAuthorizationTokenCommand(),
    );
    return authorizationData?.[0]?.authorizationToken ?? "";
  };
  const registry = async (method: string, path: string, token: string, body?: string): Promise<unknown[]> => {
    const headers = { authorization: `Basic ${token}`, "content-type": "application/vnd.oci.image.manifest.v1+json" };
    const answer = await fetch(`${local.endpoint.url}/v2/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return answer.ok ? [answer.status] : [answer.status, (JSON.parse(text) as { errors: unknown[] }).errors[0]];
  };

  before(async () => {
    local = await startLocalEndpoint();
  });
  after(() => local.close());

  it("names itself as the registry, and remembers which tags may move", async () => {
    const ecr = new ECRClient(local.asRoot);
    const mutability = {
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" as const,
      imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD" as const, filter: "latest" }],
    };
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "shop/staging/web", ...mutability }));
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["shop/staging/web"] }));
    const { repositoryUri, imageTagMutability, imageTagMutabilityExclusionFilters } = repositories?.[0] ?? {};
    expect({ repositoryUri, imageTagMutability, imageTagMutabilityExclusionFilters }).to.deep.equal({
      repositoryUri: `${local.endpoint.host}/shop/staging/web`,
      ...mutability,
    });
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
    expect(authorizationData?.[0]?.proxyEndpoint).to.equal(local.endpoint.url);
  });

  it("lets only the holder of a password in, and a push only with the role's permissions", async () => {
    const allowed = (name: string, actions: readonly string[]): Promise<string> =>
      local.role(name, "codebuild.amazonaws.com", [
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        { Effect: "Allow", Action: actions, Resource: repository },
      ]);
    const as = async (role: string): Promise<string> =>
      password(await local.identity.assume(role, "codebuild.amazonaws.com", "build"));
    const puller = await as(await allowed("puller", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]));
    const pusher = await as(await allowed("pusher", ["ecr:InitiateLayerUpload", "ecr:PutImage"]));
    const denied = (user: string, action: string, arn: string) => [
      403,
      {
        code: "DENIED",
        message: `User: arn:aws:sts::000000000000:assumed-role/${user}/build is not authorized to perform: ${action} on resource: ${arn}`,
      },
    ];
    expect([
      await registry("GET", "", Buffer.from("AWS:guessed").toString("base64")),
      await registry("GET", "", puller),
      await registry("POST", "shop/staging/web/blobs/uploads/", puller),
      await registry("POST", "shop/staging/web/blobs/uploads/", pusher),
      await registry("POST", "shop/production/web/blobs/uploads/", pusher),
      await registry("PUT", "shop/staging/web/manifests/1111111", puller, "{}"),
      await registry("PUT", "shop/staging/web/manifests/1111111", pusher, '{"schemaVersion":2}'),
      await registry("GET", "shop/staging/web/manifests/1111111", puller),
    ]).to.deep.equal([
      [401, { code: "UNAUTHORIZED", message: "the password is not from GetAuthorizationToken" }],
      [200],
      denied("puller", "ecr:InitiateLayerUpload", repository),
      [202],
      denied("pusher", "ecr:InitiateLayerUpload", "arn:aws:ecr:us-east-1:000000000000:repository/shop/production/web"),
      denied("puller", "ecr:PutImage", repository),
      [201],
      [200],
    ]);
  });

  it("fixes a commit's tag and lets latest move", async () => {
    const root = await password(local.asRoot.credentials);
    const push = (tag: string, layer: number): Promise<unknown[]> =>
      registry("PUT", `shop/staging/web/manifests/${tag}`, root, JSON.stringify({ schemaVersion: 2, layer }));
    expect([
      await push("latest", 1),
      await push("latest", 2),
      await push("2222222", 1),
      await push("2222222", 2),
    ]).to.deep.equal([
      [201],
      [201],
      [201],
      [
        400,
        {
          code: "TAG_INVALID",
          message:
            "The image tag '2222222' already exists in the 'shop/staging/web' repository and cannot be overwritten because the tag is immutable.",
        },
      ],
    ]);
  });

  it("puts a tag on the given digest, once, and moves no fixed tag", async () => {
    const ecr = new ECRClient(local.asRoot);
    const imageManifest = JSON.stringify({ schemaVersion: 2, layer: 3 });
    const imageDigest = `sha256:${createHash("sha256").update(imageManifest).digest("hex")}`;
    const put = async (imageTag: string, more: object = {}): Promise<unknown> => {
      const image = { repositoryName: "shop/staging/web", imageManifest, imageDigest, imageTag, ...more };
      const ended = await outcome(ecr.send(new PutImageCommand(image)));
      return Array.isArray(ended) ? (ended as readonly string[])[0] : ended;
    };
    expect([
      await put("3333333"),
      await put("3333333"),
      await put("2222222"),
      await put("4444444", { imageDigest: `sha256:${"0".repeat(64)}` }),
    ]).to.deep.equal([
      "done",
      "ImageAlreadyExistsException",
      "ImageTagAlreadyExistsException",
      "ImageDigestDoesNotMatchException",
    ]);
  });

  it("mounts no layer of another repository, like ECR by default", async () => {
    const root = await password(local.asRoot.credentials);
    const uploads = "shop/staging/web/blobs/uploads/";
    const digest = `sha256:${createHash("sha256").update("layer").digest("hex")}`;
    expect([
      await registry("POST", `${uploads}?digest=${digest}`, root, "layer"),
      await registry("POST", `${uploads}?mount=${digest}&from=shop/staging/web`, root),
    ]).to.deep.equal([[201], [202]]);
  });
});
