import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import type { PutImageCommandInput } from "@aws-sdk/client-ecr";
import { planCode } from "../../build/code/plan-step.ts";
import { promoteCode } from "../../build/code/promote-step.ts";
import { tagCopies } from "../../build/code/tag-copies-step.ts";
import { awsError, type Answers } from "../support/command-line.ts";
import { linesOf, noRights, play, promoting, useFolder } from "./plan-bench.ts";

interface Asked {
  readonly repositoryName: string;
  readonly imageIds: readonly [{ readonly imageTag: string }];
}

/** ECR with the digests of these tags, `repository:tag`; of other tags it says that there is no such image. */
const ecrWith = (digests: Readonly<Record<string, string>>): Answers => ({
  DescribeImages: ({ repositoryName, imageIds: [{ imageTag }] }: Asked) => {
    const imageDigest = digests[`${repositoryName}:${imageTag}`];
    if (imageDigest === undefined) throw awsError("ImageNotFoundException", "The image does not exist");
    return { imageDetails: [{ imageDigest }] };
  },
});

const verified = { "shop/qa/web:verified-0123abc": "sha256:w", "shop/qa/proxy:verified-0123abc": "sha256:p" };

const copy = (name: string, digest: string): string =>
  [name, `registry.example/shop/qa/${name}`, `registry.example/shop/staging/${name}`, digest].join("\t");

/** Plays `promote` after a plan that promotes. */
const promote = (answers: Answers) => play(promoteCode, answers, promoting);

describe("the verb promote", () => {
  useFolder();
  beforeEach(async () => {
    await play(planCode, {}, promoting);
  });

  it("looks at every image in both environments, and writes the copies that are still to be made", async () => {
    const all = await promote(ecrWith(verified));
    const copies = linesOf("copies");
    const some = await promote(ecrWith({ ...verified, "shop/staging/proxy:0123abc": "sha256:p" }));
    expect([all.err, all.calls.length, copies, some.err, linesOf("copies")]).to.deep.equal([
      [],
      4,
      [copy("proxy", "sha256:p"), copy("web", "sha256:w")],
      [],
      [copy("web", "sha256:w")],
    ]);
  });

  it("refuses all that is wrong at once, and writes no copy", async () => {
    const { err } = await promote(
      ecrWith({ "shop/qa/proxy:verified-0123abc": "sha256:p", "shop/staging/proxy:0123abc": "sha256:built" }),
    );
    expect([err, linesOf("copies")]).to.deep.equal([
      [
        "proxy: 0123abc in shop/staging/proxy is sha256:built, but qa verified sha256:p; release another commit, or unset promoteFrom to release what was built here",
        "web: commit 0123abc was never verified in qa (no verified-0123abc in shop/qa/web); release it there first, or unset promoteFrom",
      ],
      [],
    ]);
  });

  it("ends if ECR does not answer about the images there or here", async () => {
    const denying = (denied: string): Answers => ({
      DescribeImages: ({ repositoryName, imageIds: [{ imageTag }] }: Asked) => {
        if (repositoryName.startsWith(denied)) throw awsError("AccessDeniedException", "not authorized");
        return ecrWith(verified)["DescribeImages"]?.({ repositoryName, imageIds: [{ imageTag }] } as never);
      },
    });
    const [there, here] = [await promote(denying("shop/qa/")), await promote(denying("shop/staging/"))];
    const line = (name: string, image: string): string => `${name}: ecr:DescribeImages on ${image}: ${noRights}`;
    expect([there.err, here.err, linesOf("copies")]).to.deep.equal([
      [line("proxy", "shop/qa/proxy:verified-0123abc"), line("web", "shop/qa/web:verified-0123abc")],
      [line("proxy", "shop/staging/proxy:0123abc"), line("web", "shop/staging/web:0123abc")],
      [],
    ]);
  });

  it("is refused where the stack builds its own images", async () => {
    await play(planCode, ecrWith({}));
    const { err, calls } = await play(promoteCode, {});
    expect([err, calls]).to.deep.equal([
      ['PROMOTE_FROM: not set, so there is nothing to copy; set promoteFrom and run "pulumi up" for the stack'],
      [],
    ]);
  });
});

describe("the verb tag-copies", () => {
  useFolder();
  beforeEach(async () => {
    await play(planCode, {}, promoting);
    await promote(ecrWith({ ...verified, "shop/staging/proxy:0123abc": "sha256:p" }));
  });

  const copied: Answers = {
    BatchGetImage: () => ({ images: [{ imageManifest: '{"a": 1}\n', imageManifestMediaType: "of-web" }] }),
    PutImage: () => ({}),
  };

  /** Plays `tag-copies` where ECR refuses to tag with an error of this name, and the tags point to these digests. */
  const refusing = (error: string, digests: Readonly<Record<string, string>>) =>
    play(tagCopies, {
      ...copied,
      ...ecrWith(digests),
      PutImage: ({ imageTag }: PutImageCommandInput) => {
        if (imageTag === "latest") return {};
        throw awsError(error, "refused");
      },
    });

  it("puts latest and then the commit's tag on the verified digest, with the manifest that ECR has of it", async () => {
    const { err, said, calls } = await play(tagCopies, copied);
    const repositoryName = "shop/staging/web";
    const put = (imageTag: string) => ({
      repositoryName,
      imageTag,
      imageDigest: "sha256:w",
      imageManifest: '{"a": 1}\n',
      imageManifestMediaType: "of-web",
    });
    expect({ err, said, calls }).to.deep.equal({
      err: [],
      said: ["web: sha256:w, verified in qa, is registry.example/shop/staging/web:0123abc"],
      calls: [
        ["BatchGetImage", { repositoryName, imageIds: [{ imageDigest: "sha256:w" }] }],
        ["PutImage", put("latest")],
        ["PutImage", put("0123abc")],
      ],
    });
  });

  for (const error of ["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"]) {
    it(`takes ${error} for an answer only if the tag points to the same digest`, async () => {
      const [same, other, none] = [
        await refusing(error, { "shop/staging/web:0123abc": "sha256:w" }),
        await refusing(error, { "shop/staging/web:0123abc": "sha256:other" }),
        await refusing(error, {}),
      ];
      expect([same.err, same.said.length, other.err, other.said, none.err]).to.deep.equal([
        [],
        1,
        [
          "web: 0123abc in shop/staging/web is sha256:other, but qa verified sha256:w; release another commit, or unset promoteFrom to release what was built here",
        ],
        [],
        ["web: ecr:DescribeImages on shop/staging/web:0123abc: The image does not exist; start the stage again"],
      ]);
    });
  }

  it("ends if ECR computes another digest, or does not have the copy", async () => {
    const differs = await refusing("ImageDigestDoesNotMatchException", {});
    const absent = await play(tagCopies, { ...copied, BatchGetImage: () => ({ images: [], failures: [{}] }) });
    expect([differs.err, differs.said, absent.err, absent.calls.length]).to.deep.equal([
      ["ecr:PutImage on shop/staging/web:0123abc: refused; start the stage again"],
      [],
      ["web: sha256:w is not in shop/staging/web after its copy; start the stage Build again"],
      1,
    ]);
  });

  it("does nothing if there is nothing to tag", async () => {
    await promote(
      ecrWith({ ...verified, "shop/staging/proxy:0123abc": "sha256:p", "shop/staging/web:0123abc": "sha256:w" }),
    );
    expect(await play(tagCopies, {})).to.deep.equal({ said: [], err: [], calls: [], released: [] });
  });
});
