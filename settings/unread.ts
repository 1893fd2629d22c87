import { config, refuse, strings } from "./keys.ts";

/**
 * Refuses keys that the rest of the configuration makes useless, because they would be ignored. `unset` holds each key
 * with its default in Pulumi.yaml.
 */
export function refuseUnread(unset: Readonly<Record<string, string>>, where: string): void {
  for (const [key, none] of Object.entries(unset)) {
    const value = config().get(key) ?? none;
    if (value === none || value === "") continue;
    refuse(key, value.startsWith("[") ? strings(key) : value, `it only if ${where}`);
  }
}
