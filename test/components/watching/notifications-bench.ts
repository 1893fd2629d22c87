import { staging } from "../../support/names.ts";

/** The arguments of the notifications of staging. */
export const args = {
  names: staging,
  emails: ["team@example.com"],
  steps: ["build", "migrate", "verify"].map((step) => ({ projectName: `shop-staging-${step}` })),
  logRetentionDays: 30,
};

/** The text of each file of a function's code. */
export function filesOf(code: unknown): Record<string, string> {
  const { assets } = code as { assets: Record<string, { text: string }> };
  return Object.fromEntries(Object.entries(assets).map(([file, { text }]) => [file, text]));
}
