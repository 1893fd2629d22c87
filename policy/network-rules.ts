import { listOf, type Inputs, type Rule } from "./rule.ts";

/** Who may reach what. */
export const networkRules: readonly Rule[] = [
  {
    name: "open-ports",
    description: "Only the web's ports are open to everyone",
    types: ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
    check: (inputs) => openPorts([inputs["cidrIpv4"], inputs["cidrIpv6"]], inputs),
  },
  {
    name: "open-ports-of-a-rule",
    description: "Only the web's ports are open to everyone",
    types: ["aws:ec2/securityGroupRule:SecurityGroupRule"],
    check: (inputs) => (inputs["type"] === "ingress" ? openPorts(rangesOf(inputs), inputs) : undefined),
  },
  {
    name: "open-ports-of-a-group",
    description: "Only the web's ports are open to everyone",
    types: ["aws:ec2/securityGroup:SecurityGroup"],
    check: ({ ingress }) => {
      const rules = listOf(ingress) as readonly Inputs[];
      return rules.map((rule) => openPorts(rangesOf(rule), rule)).find((complaint) => complaint !== undefined);
    },
  },
  {
    name: "private-database",
    description: "No database has a public address",
    types: ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"],
    check: ({ publiclyAccessible }) =>
      publiclyAccessible === true
        ? "publiclyAccessible: true; remove it: tasks reach the database inside the network"
        : undefined,
  },
];

const everybody = ["0.0.0.0/0", "::/0"];
const web = [80, 443];

// Reads each input by its name: in a preview, Pulumi skips a rule that reads a value which is not known yet.
const rangesOf = (inputs: Inputs): readonly unknown[] => [
  ...listOf(inputs["cidrBlocks"]),
  ...listOf(inputs["ipv6CidrBlocks"]),
];

function openPorts(ranges: readonly unknown[], { fromPort, toPort, ipProtocol, protocol }: Inputs): string | undefined {
  const open = everybody.find((range) => ranges.includes(range));
  if (open === undefined) return undefined;
  const one = fromPort === toPort && web.includes(Number(fromPort)) && [ipProtocol, protocol].includes("tcp");
  if (one) return undefined;
  const ports = fromPort === undefined ? "every port" : `ports ${Number(fromPort)} to ${Number(toPort)}`;
  return `${ports} open to ${open}; name the security group or the addresses that need it`;
}
