import { listOf, type Inputs, type Rule } from "./rule.ts";

/** Who may reach what. */
export const networkRules: readonly Rule[] = [
  {
    name: "open-ports",
    description: "Only the web's ports are open to everybody",
    types: ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
    check: ({ cidrIpv4, cidrIpv6, ...ports }) => openPorts([cidrIpv4, cidrIpv6], ports),
  },
  {
    name: "open-ports-of-a-rule",
    description: "Only the web's ports are open to everybody",
    types: ["aws:ec2/securityGroupRule:SecurityGroupRule"],
    check: ({ type, cidrBlocks, ipv6CidrBlocks, ...ports }) =>
      type === "ingress" ? openPorts([...listOf(cidrBlocks), ...listOf(ipv6CidrBlocks)], ports) : undefined,
  },
  {
    name: "open-ports-of-a-group",
    description: "Only the web's ports are open to everybody",
    types: ["aws:ec2/securityGroup:SecurityGroup"],
    check: ({ ingress }) => {
      const rules = listOf(ingress) as readonly Inputs[];
      return rules
        .map(({ cidrBlocks, ipv6CidrBlocks, ...ports }) =>
          openPorts([...listOf(cidrBlocks), ...listOf(ipv6CidrBlocks)], ports),
        )
        .find((complaint) => complaint !== undefined);
    },
  },
  {
    name: "private-database",
    description: "No database has a public address",
    types: ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"],
    check: ({ publiclyAccessible }) =>
      publiclyAccessible === true ? "publiclyAccessible: true; remove it, tasks reach it in the network" : undefined,
  },
];

const everybody = ["0.0.0.0/0", "::/0"];
const web = [80, 443];

function openPorts(ranges: readonly unknown[], { fromPort, toPort, ipProtocol, protocol }: Inputs): string | undefined {
  const open = everybody.find((range) => ranges.includes(range));
  if (open === undefined) return undefined;
  const one = fromPort === toPort && web.includes(Number(fromPort)) && [ipProtocol, protocol].includes("tcp");
  if (one) return undefined;
  const ports = fromPort === undefined ? "every port" : `ports ${Number(fromPort)} to ${Number(toPort)}`;
  return `${ports} open to ${open}; name the security group or the addresses that need it`;
}
