import type { TargetHealth } from "./target-group.ts";

/** The reply to ELBv2's DescribeTargetHealth, in the query protocol's XML. */
export function targetHealthXml(healths: readonly TargetHealth[]): string {
  const members = healths.map(
    ({ id, port, state, reason, description }) =>
      `<member><Target><Id>${id}</Id><Port>${port}</Port><AvailabilityZone>all</AvailabilityZone></Target>` +
      `<HealthCheckPort>${port}</HealthCheckPort><TargetHealth><State>${state}</State>` +
      (reason === undefined ? "" : `<Reason>${reason}</Reason>`) +
      (description === undefined ? "" : `<Description>${description}</Description>`) +
      `</TargetHealth></member>`,
  );
  return (
    `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">` +
    `<DescribeTargetHealthResult><TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions></DescribeTargetHealthResult>` +
    `<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata></DescribeTargetHealthResponse>`
  );
}
