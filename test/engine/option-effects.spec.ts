import { expect } from "chai";
import type { Configuration } from "../../scripts/pulumi/stack.ts";
import { cloud, refusal } from "../support/cloud.ts";
import { configOf, configText, runProgram } from "../support/program.ts";
import { dualStackSubnets } from "./recording-invokes.ts";
import { optionSets } from "./option-sets.ts";

// The program alone, without an engine: it is here because it runs once for each option.
describe("an option", function () {
  this.timeout(120_000);

  it("changes the resources, or the program refuses the rest, when a stack leaves it out", async () => {
    const idle: string[] = [];
    for (const { stack, configuration } of optionSets) {
      const whole = await made(configuration);
      expect(whole, stack).to.match(/^\[/);
      for (const left of Object.keys(configuration)) {
        const others = Object.entries(configuration).filter(([key]) => key !== left);
        if ((await made(Object.fromEntries(others))) === whole) idle.push(left);
      }
    }
    // The application's folder is the same one under another name.
    expect(idle).to.deep.equal(["applicationDirectory"]);
  });
});

/** Everything that a first `up` registers, as text; or the refusal. */
async function made(configuration: Configuration): Promise<string> {
  const own = { branch: "", sourceRepository: "", composeFiles: ["docker-compose-staging.yml"], ...configuration };
  const config = Object.entries(own).map(([key, value]) => [
    `compose-ecs-pipeline:${key}`,
    configText(value).replace('"x-ecs.yml"', '"test/engine/x-ecs.yml"'),
  ]);
  try {
    const outputs = await runProgram({
      stack: "staging",
      config: { ...configOf("staging"), ...(Object.fromEntries(config) as Record<string, string>) },
      answers,
    });
    return JSON.stringify([cloud, Object.keys(outputs)]);
  } catch (error) {
    return (error as Error).message;
  }
}

/** A network that is found by whatever it is asked for, and a store in which no server of this stack has put anything. */
const answers = {
  "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-0123" }),
  "aws:ec2/getSubnet:getSubnet": ({ id }: Inputs) => ({
    id,
    vpcId: "vpc-0123",
    availabilityZone: `us-east-1${String(id).slice(-1)}`,
  }),
  "aws:ec2/getSubnets:getSubnets": (inputs: Inputs) => {
    const asked = JSON.stringify(inputs);
    if (asked.includes("tag:Name")) return { ids: [] };
    return { ids: asked.includes("ipv6-") ? dualStackSubnets : ["a", "b"].map((id) => asked + id) };
  },
  "aws:ssm/getParameter:getParameter": (inputs: Inputs) => {
    const name = String(inputs["name"]);
    if (/password|token|(PRIMARY|CACHE)_URL$/.test(name)) throw refusal(`${name}: couldn't find resource`);
    return { ...inputs, type: "SecureString", value: "as it was", version: 1 };
  },
};

type Inputs = Readonly<Record<string, unknown>>;
