// Tells an older Node which version is needed, before index.mjs loads TypeScript.
"use strict";
require("../scripts/require-node.cjs");
require("./index.mjs");
