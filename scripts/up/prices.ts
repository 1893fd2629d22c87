/**
 * AWS's list prices for us-east-1 only, in US dollars, without taxes and free tiers, as of November 2026. Sources:
 * AWS's pricing pages of each service.
 */
export const prices = {
  asOf: "November 2026",
  region: "us-east-1",
  /** Fargate for Linux, per hour. */
  fargate: {
    x86_64: { vcpuHour: 0.04048, gibHour: 0.004445 },
    arm64: { vcpuHour: 0.03238, gibHour: 0.00356 },
  },
  /** The lowest price of Spot as a share of Fargate's price; it varies with supply. */
  spotShare: 0.3,
  publicIpv4Hour: 0.005,
  natGatewayHour: 0.045,
  /** An interface endpoint, per zone and hour. */
  endpointHour: 0.01,
  loadBalancerHour: 0.0225,
  /** A load balancer's capacity unit: 25 new connections a second, or 1 GB an hour. */
  capacityUnitHour: 0.008,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  /** RDS for PostgreSQL and MySQL in one zone, per hour. */
  databaseHour: {
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
    "db.m7g.large": 0.168,
  } as Readonly<Record<string, number | undefined>>,
  /** General purpose storage (gp3) of a database in one zone, per GiB and month. */
  databaseGibMonth: 0.115,
  /** An Aurora capacity unit (about 2 GiB of memory), per hour. */
  auroraUnitHour: 0.12,
  /** ElastiCache for Valkey, per node and hour. */
  cacheHour: { "cache.t4g.micro": 0.0128, "cache.t4g.small": 0.0256, "cache.t4g.medium": 0.052 } as Readonly<
    Record<string, number | undefined>
  >,
  /** CodeBuild on Linux, per minute, by size of the host. */
  buildMinute: { BUILD_GENERAL1_SMALL: 0.005, BUILD_GENERAL1_MEDIUM: 0.01, BUILD_GENERAL1_LARGE: 0.02 } as Readonly<
    Record<string, number | undefined>
  >,
  logGib: 0.5,
  imageGibMonth: 0.1,
} as const;

/** Hours in a month, as in AWS's own calculator. */
export const hoursAMonth = 730;
