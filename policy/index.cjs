// @ts-check
// `pulumi up --policy-pack policy` refuses what breaks one of these rules, before anything is changed. This file alone is
// JavaScript: Pulumi compiles a pack's TypeScript itself, by other rules than Node's.
"use strict";
require("../scripts/require-node.cjs");
const pulumi = require("@pulumi/pulumi");
const { PolicyPack } = require("@pulumi/policy");
const { rules, violationOf } = require("./rules.ts");

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
