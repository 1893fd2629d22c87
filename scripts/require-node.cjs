// If this Node does not run TypeScript, it ends the process before a TypeScript file is loaded, and says which Node is
// needed. So this file is JavaScript that older Nodes understand; `node --require` loads it first.
"use strict";
const { stderr, execPath, exit, version } = require("node:process");
const { engines } = require("../package.json");

const [needed, have] = [engines.node, version].map((text) => (text.match(/\d+/g) ?? []).map(Number));
const [[major = 0, minor = 0], [ownMajor = 0, ownMinor = 0]] = [needed, have];
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  const remedy = `install Node ${major}.${minor} or newer, and put it first on the PATH`;
  stderr.write(`node: ${execPath} is ${version}, which does not run TypeScript; ${remedy}\n`);
  exit(1);
}

// The compiled code is kept between runs: loading the program takes half of the time then. NODE_DISABLE_COMPILE_CACHE turns it off.
require("node:module").enableCompileCache();
