import { expect } from "chai";
import { leftoverLines, listLeftovers, taggedArns, type TaggedPage } from "../../rehearsal/aws/leftovers.ts";

const arn = (resource: string) => `arn:aws:${resource}`;
const page = (arns: readonly string[], PaginationToken?: string): TaggedPage => ({
  ...(PaginationToken !== undefined && { PaginationToken }),
  ResourceTagMappingList: arns.map((ResourceARN) => ({ ResourceARN })),
});

describe("the list of what a rehearsal on AWS has left", () => {
  it("reads every page, until the token is empty", async () => {
    const pages = [page([arn("s3:::b")], "one"), page([], "two"), page([arn("s3:::a"), arn("s3:::c")], "")];
    const tokens: (string | undefined)[] = [];
    const arns = await taggedArns((token) => {
      tokens.push(token);
      return Promise.resolve(pages[tokens.length - 1] ?? page([]));
    });
    expect([arns, tokens]).to.deep.equal([
      [arn("s3:::a"), arn("s3:::b"), arn("s3:::c")],
      [undefined, "one", "two"],
    ]);
  });

  it("looks again while AWS lists what was deleted a short time ago", async () => {
    const nat = arn("ec2:us-east-1:1:natgateway/nat-1");
    const revision = arn("ecs:us-east-1:1:task-definition/shop:3");
    const looks = [page([nat, revision]), page([nat, revision]), page([revision])];
    let count = 0;
    const read = () => Promise.resolve(looks[count++] ?? page([]));
    expect(await listLeftovers(read, { pauseMs: 0 })).to.deep.equal({ resources: [], revisions: [revision] });
    expect(count).to.equal(3);
  });

  it("ends after some looks with what is still listed", async () => {
    let count = 0;
    const read = () => {
      count += 1;
      return Promise.resolve(page([arn("s3:::left")]));
    };
    expect((await listLeftovers(read, { looks: 4, pauseMs: 0 })).resources).to.deep.equal([arn("s3:::left")]);
    expect(count).to.equal(4);
  });

  it("says what is left and how to look again, or that nothing is", () => {
    const none = { roles: [], parameters: [] };
    expect(leftoverLines({ resources: [], revisions: [] }, none, "aws …")).to.deep.equal([
      "nothing is left that costs money: no resource has the rehearsal's tag or name",
    ]);
    const found = { resources: [arn("s3:::left")], revisions: [arn("ecs:x:1:task-definition/shop:1")] };
    const named = { roles: ["shop-r-1-task"], parameters: ["/shop/r-1/KEY"] };
    expect(leftoverLines(found, named, "aws …")).to.deep.equal([
      "3 still listed; AWS also lists for some time what was deleted:",
      "  arn:aws:s3:::left",
      "  role shop-r-1-task",
      "  parameter /shop/r-1/KEY",
      "look again in some minutes: aws …",
      "1 revisions of task definitions stay; they cost nothing",
    ]);
  });
});
