import { config, refuse, strings } from "./keys.ts";

/**
 * Refuses keys that nothing reads as things are: whoever set one meant something by it. Each key has the value that
 * Pulumi.yaml gives it where nobody sets it.
 */
export function refuseUnread(unset: Readonly<Record<string, string>>, where: string): void {
  for (const [key, none] of Object.entries(unset)) {
    const value = config().get(key) ?? none;
    if (value === none || value === "") continue;
    refuse(key, value.startsWith("[") ? strings(key) : value, `it only if ${where}`);
  }
}
