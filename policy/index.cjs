// An older Node is told which one is needed before index.mjs loads TypeScript.
"use strict";
require("../scripts/require-node.cjs");
require("./index.mjs");
