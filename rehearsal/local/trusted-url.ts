import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { LocalEcs } from "../../local-cloud/index.ts";

/** URL of the one load balancer; from then on, this process trusts the balancer's certificate. */
export function trustedUrl({ ecs }: { readonly ecs: Pick<LocalEcs, "loadBalancers"> }): string {
  const [balancer] = ecs.loadBalancers();
  if (balancer === undefined) throw new Error("no load balancer listens");
  const { certificate, url } = balancer;
  const trusted = getCACertificates("default");
  if (certificate !== undefined && !trusted.includes(certificate)) setDefaultCACertificates([...trusted, certificate]);
  return url;
}
