import { expect } from "chai";
import { refusalOf, settingsOf, type Change } from "../support/settings.ts";

// Pulumi itself refuses these for a key that Pulumi.yaml declares, as in "Stack 'qa' with configuration key 'branch' must
// be of type 'string'" (pulumi 3.259); the Pulumi.yaml of a project with the package declares none.
describe("a value of another type is refused", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    ["if it is a list instead of a text", { branch: '["main"]' }, 'branch: ["main"] is not allowed; set one text'],
    ["if it is an object instead of a text", { domain: '{"a":1}' }, 'domain: {"a":1} is not allowed; set one text'],
    [
      "if it is a text instead of a list",
      { composeFiles: "compose.yml" },
      'composeFiles: "compose.yml" is not allowed; set a list of strings',
    ],
    ["if it is a number instead of a list", { branches: "2" }, "branches: 2 is not allowed; set a list of strings"],
    [
      "if it is an object instead of a list",
      { tags: '{"a":1}' },
      'tags: {"a":1} is not allowed; set a list of strings',
    ],
    [
      "if it is a list with a number",
      { variables: '["A=1",2]' },
      'variables: ["A=1",2] is not allowed; set a list of strings',
    ],
    ["if it is a number instead of a flag", { approval: "1" }, 'approval: "1" is not allowed; set true or false'],
    ["if it is a list instead of a flag", { protect: "[]" }, 'protect: "[]" is not allowed; set true or false'],
    [
      "if it is a list instead of a number",
      { pollSeconds: "[1]" },
      'pollSeconds: "[1]" is not allowed; set a whole number from 1 to 60',
    ],
    [
      "if it is a number in another notation",
      { pollSeconds: "0x10" },
      'pollSeconds: "0x10" is not allowed; set a whole number from 1 to 60',
    ],
    [
      "if it is one of some numbers in another notation",
      { logRetentionDays: "3e1" },
      'logRetentionDays: "3e1" is not allowed; set one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
    [
      "if it is an empty flag",
      { dashboard: "" },
      "dashboard is not set; run `pulumi config set dashboard VALUE --stack staging`",
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }

  it("but not a text in JSON as the answer to a smoke test, nor an empty list", async () => {
    const smokeTest = { url: "/version", answer: '{"status":"ok"}' };
    const { release, source } = await settingsOf({
      smokeTestUrl: smokeTest.url,
      smokeTestAnswer: smokeTest.answer,
      branches: "",
    });
    expect([release.smokeTest, "branches" in source && source.branches]).to.deep.equal([smokeTest, ["staging"]]);
  });
});

describe("a folder of the application is refused", () => {
  const inRepository =
    "is not allowed; set the path of a folder in the repository, of letters, digits, _, . and -, as in services/shop";
  for (const path of [
    "/services",
    "..",
    "../shop",
    "services/../shop",
    "services/..",
    ".",
    "./shop",
    "services//shop",
    "services/",
    "-shop",
    "my shop",
    "$HOME",
    "a;b",
    "a'b",
    "shöp",
    "a\nb",
    "C:\\shop",
  ])
    it(`if repositoryDirectory is ${JSON.stringify(path)}`, async () => {
      expect(await refusalOf({ repositoryDirectory: path })).to.equal(
        `Pulumi.staging.yaml: repositoryDirectory: ${JSON.stringify(path)} ${inRepository}`,
      );
    });

  it("if applicationDirectory is empty, begins with ~ or has a control character", async () => {
    const allowed = "is not allowed; set the path of a folder, as in .. or /srv/shop; ~ has no meaning";
    expect([
      await refusalOf({ applicationDirectory: "" }),
      await refusalOf({ applicationDirectory: "~/shop" }),
      await refusalOf({ applicationDirectory: "a\nb" }),
    ]).to.deep.equal([
      "Pulumi.staging.yaml: applicationDirectory is not set; run `pulumi config set applicationDirectory VALUE --stack staging`",
      `Pulumi.staging.yaml: applicationDirectory: "~/shop" ${allowed}`,
      `Pulumi.staging.yaml: applicationDirectory: "a\\nb" ${allowed}`,
    ]);
  });
});
