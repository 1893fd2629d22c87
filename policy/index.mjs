// @ts-check
// `pulumi up --policy-pack policy` refuses what breaks one of these rules, before anything is changed. This file and
// index.cjs are JavaScript: Pulumi would compile a pack's TypeScript itself, with other rules than Node's.
import * as pulumi from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";
import { rules, violationOf } from "./rules.ts";

new PolicyPack("compose-ecs-pipeline", {
  policies: rules.map((rule) => ({
    name: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, props, opts }, report) => {
      const complaint = violationOf(rule, type, props, { protect: opts.protect, stack: pulumi.getStack() });
      if (complaint !== undefined) report(complaint);
    },
  })),
});
