/** Name of the cookie that keeps a client with one target ("Sticky sessions for your Application Load Balancer"). */
const cookieName = "AWSALB";

/**
 * The target in a client's cookie; undefined when the cookie is for another target group or has expired. AWS
 * encrypts the cookie; here it is only encoded.
 */
export function stuckTo(cookie: string, targetGroupArn: string, now: number): string | undefined {
  const [, value] = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]+)`).exec(cookie) ?? [];
  if (value === undefined) return undefined;
  const [group, target, until] = Buffer.from(value, "base64url").toString().split("|");
  return group === targetGroupArn && Number(until) > now ? target : undefined;
}

/**
 * The cookies that keep a client with a target. "With CORS requests, some browsers require SameSite=None; Secure to
 * enable stickiness. In this case, the load balancer generates a second stickiness cookie, AWSALBCORS, which includes the
 * same information as the original stickiness cookie plus this SameSite attribute."
 */
export function stickyCookies(
  { arn, stickySeconds }: { readonly arn: string; readonly stickySeconds: number },
  target: string,
  now: number,
): readonly string[] {
  const value = Buffer.from(`${arn}|${target}|${String(now + stickySeconds * 1000)}`).toString("base64url");
  const expires = new Date(now + cookieDays * 24 * 3600 * 1000).toUTCString();
  const cookie = (name: string) => `${name}=${value}; Expires=${expires}; Path=/`;
  return [cookie(cookieName), `${cookie(`${cookieName}CORS`)}; SameSite=None; Secure`];
}

/** Days for which a browser keeps the cookie; the time for which it is valid is inside it. */
const cookieDays = 7;
