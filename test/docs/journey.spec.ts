import { readFileSync } from "node:fs";
import { expect } from "chai";
import { testStack, type TestedStack } from "../../testing/index.ts";
import { journeyPicture } from "../../tools/journey-picture.ts";
import { journeyOf } from "../../tools/journey.ts";

const stackOf = (stack: string, config = {}): Promise<TestedStack> =>
  testStack({ stack, config: { sourceRepository: "acme/shop", ...config } });

describe("the picture of the journey", function () {
  this.timeout(20_000);
  let production: TestedStack;

  before(async () => {
    production = await stackOf("production");
  });

  it("is what `npm run docs:journey` draws now", () => {
    expect(readFileSync("docs/journey.svg", "utf8")).to.equal(journeyPicture(journeyOf(production)));
  });

  it("shows every action of the pipeline and every ECS service, image repository and parameter", () => {
    const { actions, cards, parameters } = journeyOf(production);
    const names = (type: string) =>
      production.resources.filter((one) => one.type === type).map(({ inputs }) => String(inputs["name"]));
    expect(actions.map(({ stage, name }) => `${stage}: ${name}`)).to.deep.equal([
      ...["Source: Source", "Build: Build", "Approve: Approve"],
      ...["Release: Migrate", "Release: Deploy-worker", "Release: Deploy", "Release: Verify"],
    ]);
    const shown = cards.flatMap(({ name, lines }) => [name, ...lines]);
    expect(shown).to.include.members([...names("aws:ecs/service:Service"), ...names("aws:ecr/repository:Repository")]);
    expect(parameters).to.deep.equal(["DATABASE_URL", "SECRET_KEY_BASE"]);
  });

  it("leaves out what a stack does not have: an approval, a database", async () => {
    const { actions, database } = journeyOf(await stackOf("staging"));
    expect(actions.map(({ stage }) => stage)).to.not.include("Approve");
    expect(database).to.equal(undefined);
  });

  it("has a title and a description, and colours for dark pages", () => {
    const picture = readFileSync("docs/journey.svg", "utf8");
    expect(picture).to.match(/<title id="title">.+<\/title>\n<desc id="desc">.+<\/desc>/);
    expect(picture).to.include("@media (prefers-color-scheme:dark)");
  });
});
