/** Address ranges of equal size for each subnet of each zone, cut from an IPv4 range such as 10.0.0.0/16. */
export function subnetRanges(range: string, zones: number, subnets: number): readonly (readonly string[])[] {
  const [address = "", prefix = ""] = range.split("/");
  const zoneBits = Math.ceil(Math.log2(zones));
  const subnetBits = Math.ceil(Math.log2(subnets));
  const length = Number(prefix) + zoneBits + subnetBits;
  const size = 2 ** (32 - length);
  const first = toNumber(address);
  return counted(zones, (zone) =>
    counted(subnets, (subnet) => `${toAddress(first + (zone * 2 ** subnetBits + subnet) * size)}/${length}`),
  );
}

/** The 64-bit range of a subnet within a VPC's IPv6 range of 56 bits, as Amazon gives it; `index` is 0 to 255. */
export function ipv6SubnetRange(range: string, index: number): string {
  const [given = ""] = range.split("::/");
  const parts = [...given.split(":"), "0", "0", "0"].slice(0, 4);
  const last = (Number.parseInt(parts[3] ?? "0", 16) + index).toString(16);
  return `${[...parts.slice(0, 3), last].join(":")}::/64`;
}

const counted = <T>(length: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_, index) => make(index));

const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

const toAddress = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
