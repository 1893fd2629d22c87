import { region } from "./clients.ts";
import type { Handler } from "./handler.ts";
import { recorded } from "./recorded.ts";
import type { Properties } from "./wire.ts";

/**
 * Handlers of types that the local cloud does not know: such a resource is only recorded, with an ARN and a URL that lead
 * nowhere. Each type is said once.
 */
export function unknownTypes(say: (line: string) => void): (type: string) => Handler {
  const known = new Map<string, Handler>();
  return (type) => {
    const before = known.get(type);
    if (before !== undefined) return before;
    say(`${type}: the local cloud does not know it; it is only recorded`);
    const [, service = "unknown"] = /^aws:(\w+)\//.exec(type) ?? [];
    const made = recorded<Properties>([], (id, { name }) => {
      const known = typeof name === "string" ? name : id;
      const arn = `arn:aws:${service}:${region}:000000000000:${known}`;
      return { arn, url: `https://${service}.invalid/${known}`, name: known };
    });
    known.set(type, made);
    return made;
  };
}
