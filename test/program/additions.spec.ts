import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  EcsCluster,
  EcsService,
  ImageRepositories,
  Network,
  ParameterStore,
  planEnvironment,
} from "../../components/index.ts";
import { Refusal } from "../../components/kit/refusal.ts";
import { readSettings } from "../../settings.ts";
import type { Additions } from "../../settings/additions.ts";
import { only, settled, startCloud } from "../support/cloud.ts";
import { largest, longestPlace } from "../support/largest.ts";
import { parametersThere } from "../../testing/first-up.ts";
import { configOf } from "../support/program.ts";
import { changed, type Change } from "../support/settings.ts";

const queue = "arn:aws:sqs:us-east-1:000000000000:jobs";
const policy = [{ actions: ["sqs:SendMessage"], resources: [queue] }];

describe("what a team's own program adds", () => {
  it("arrives: a variable in the containers and in the builds, a statement in the task role", async () => {
    const plan = await planned({ variables: { LOG_LEVEL: "debug" }, policy });
    const { prefix: name } = plan.names;
    const network = new Network(name, plan.network);
    const parameters = new ParameterStore(name, plan.parameters);
    const { uris } = new ImageRepositories(name, plan.images);
    const cluster = new EcsCluster(name, { plan: plan.cluster, network, parameters, repositories: uris });
    const [own] = plan.services;
    if (own === undefined) throw new Error("there is no service");
    new EcsService(name, { plan: own, cluster, network, repositories: uris });
    await settled();
    const { inputs } = only("aws:ecs/taskDefinition:TaskDefinition", name);
    const definitions = JSON.parse(String(inputs["containerDefinitions"])) as readonly Definition[];
    const levels = definitions.flatMap(({ environment }) => environment.filter(isLevel).map(({ value }) => value));
    expect([levels, plan.build.variables, statementsOf(`${name}-task-statements`)]).to.deep.equal([
      ["debug"],
      { LOG_LEVEL: "debug" },
      [{ Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queue] }],
    ]);
  });

  it("stands next to the variables of the stack, which are read first", async () => {
    await startCloud({ config: changed({ variables: '["A=1"]' }) });
    expect(readSettings({ variables: { B: "2=3", C: "" } }).variables).to.deep.equal({ A: "1", B: "2=3", C: "" });
  });

  it("is nothing if it is empty", async () => {
    await startCloud({ config: configOf("staging") });
    const without = readSettings();
    expect(readSettings({ variables: {}, policy: [], otherKeys: [] })).to.deep.equal(without);
  });

  it("is counted with the task role's other statements", async () => {
    const resources = Array.from({ length: 150 }, (_, index) => `arn:aws:s3:::acme-${"bucket".repeat(7)}-${index}/*`);
    await startCloud({ config: changed(largest({})), answers: { ...parametersThere, ...longestPlace } });
    const settings = readSettings({ policy: [{ actions: ["s3:GetObject"], resources }] });
    const failure: unknown = await planEnvironment(settings).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message.replace(/[\d,]{6}/, "N") : failure).to.equal(
      '.tools/largest.yml: "policy" of "x-ecs", and deliver({ policy }): the role of the containers would have a policy of N characters, but IAM allows 10,240; write patterns instead of lists of resources',
    );
  });
});

describe("what a team's own program adds is refused", () => {
  const bad: readonly (readonly [title: string, additions: object, lines: readonly string[], change?: Change])[] = [
    [
      "if a variable is in the stack's file, too",
      { variables: { A: "2" } },
      ["deliver({ variables }): A is in variables of Pulumi.staging.yaml, too; remove one of the two"],
      { variables: '["A=1"]' },
    ],
    [
      "if a variable has no valid name",
      { variables: { "1A": "2" } },
      ['deliver({ variables }): "1A" is not a name; use letters, digits and _, and no digit first'],
    ],
    [
      "if the build sets the variable itself",
      { variables: { IMAGE_TAG: "2" } },
      ["deliver({ variables }): the build sets IMAGE_TAG itself; take another name"],
    ],
    [
      "if the value of a variable is an Output",
      { variables: { URL: pulumi.output("https://") } },
      [
        "deliver({ variables }): URL is an Output; write plain text, such as a URL or an ARN that is put together from names",
      ],
    ],
    [
      "if the value of a variable is a number",
      { variables: { COUNT: 2 } },
      [
        "deliver({ variables }): COUNT is not a text; write plain text, such as a URL or an ARN that is put together from names",
      ],
    ],
    [
      "if a variable is a parameter, too",
      { variables: { DATABASE_URL: "postgres://" } },
      ['Pulumi.staging.yaml: parameters: "DATABASE_URL" is not allowed; set DATABASE_URL either here or in variables'],
    ],
    [
      "if a variable holds the URL of a database that up creates",
      { variables: { DATABASE_URL: "postgres://" } },
      [
        'Pulumi.staging.yaml: databaseVariable: "DATABASE_URL" is not allowed; set another variable, or remove it from variables: `up` sets its value',
      ],
      { databaseEngine: "postgres" },
    ],
    [
      "if a statement has an Output",
      { policy: [{ actions: ["sqs:SendMessage"], resources: [pulumi.output(queue)] }] },
      [
        "deliver({ policy }): a statement has an Output; write plain text, such as a URL or an ARN that is put together from names",
      ],
    ],
    [
      "if policy of x-ecs would refuse the statements, with each mistake",
      {
        policy: [
          { actions: ["s3:*", "iam:PassRole", "GetObject"], resources: ["bucket"] },
          { actions: [], resource: ["*"] },
        ],
      },
      [
        'deliver({ policy }): "s3:*" is every action of s3; name those that the container needs',
        'deliver({ policy }): "iam:PassRole" would let containers change permissions; remove it',
        'deliver({ policy }): "actions" has "GetObject"; write a service and one of its actions, such as s3:GetObject',
        'deliver({ policy }): "resources" has "bucket"; write an ARN, such as arn:aws:s3:::bucket/*, or "*" where AWS takes nothing narrower',
        'deliver({ policy }): "resource" of a statement of "policy" is not supported; did you mean "resources"?',
        'deliver({ policy }): a statement of "policy" has no "actions"; write a list of them',
        'deliver({ policy }): a statement of "policy" has no "resources"; write a list of them',
      ],
    ],
  ];
  for (const [title, additions, lines, change] of bad)
    it(title, async () => {
      await startCloud({ config: changed(change ?? {}) });
      expect(refusalWith(additions)).to.deep.equal(lines);
    });
});

interface Definition {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

const isLevel = ({ name }: { readonly name: string }): boolean => name === "RAILS_LOG_LEVEL";

/** The plan of staging with these additions. */
async function planned(additions: Additions) {
  await startCloud({ config: configOf("staging"), answers: parametersThere });
  return await planEnvironment(readSettings(additions));
}

const statementsOf = (policy: string): unknown => {
  const { inputs } = only("aws:iam/rolePolicy:RolePolicy", policy);
  return (JSON.parse(String(inputs["policy"])) as { readonly Statement: unknown }).Statement;
};

/** The lines with which the program refuses these additions. */
function refusalWith(additions: object): readonly string[] {
  try {
    readSettings(additions);
    return ["no refusal"];
  } catch (error) {
    return error instanceof Refusal ? error.message.split("\n") : ["no Refusal", String(error)];
  }
}
