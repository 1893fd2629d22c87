#!/usr/bin/env bash
# The npm packages of package-lock.json; one of them is the Node that everything runs on.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

if ! have node || ! have npm; then
  fail "missing: node and npm" "install Node 20 or later with npm; the fitting Node then comes from npm"
fi
cd "$root"

# npm notes what it installed in node_modules/.package-lock.json; packages for other systems are optional there.
installed() {
  node -e '
    const packages = (file) => JSON.parse(require("fs").readFileSync(file, "utf8")).packages;
    const have = packages("node_modules/.package-lock.json");
    const lacks = Object.entries(packages("package-lock.json")).filter(([path, wanted]) =>
      path.startsWith("node_modules/") && !wanted.optional && !wanted.link &&
      (have[path]?.version !== wanted.version || have[path]?.integrity !== wanted.integrity));
    process.exit(lacks.length ? 1 : 0);' 2>/dev/null && node_modules/.bin/node --version >/dev/null 2>&1
}

if ! installed; then
  say "installing the npm packages"
  quietly npm npm ci --include=dev --no-fund --no-audit
  installed || fail "missing: node_modules/.bin/node" "allow the install script of the npm package node (ignore-scripts is perhaps set in an .npmrc)"
fi
