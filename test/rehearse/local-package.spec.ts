import { expect } from "chai";
import { localTarball } from "../../scripts/rehearse/local-package.ts";
import { version } from "../../components/plain.ts";

describe("where the local cloud's package is", () => {
  it("is next to the package itself, if that was installed from an address", () => {
    const release = "https://example.com/releases/v0.3.0/compose-ecs-pipeline-0.3.0.tgz";
    expect(localTarball(release)).to.equal("https://example.com/releases/v0.3.0/compose-ecs-pipeline-local-0.3.0.tgz");
  });

  it("is for the person to say, if the package was a file of a machine", () => {
    const here = `path/to/compose-ecs-pipeline-local-${version}.tgz`;
    for (const given of ["file:./compose-ecs-pipeline-0.3.0.tgz", "github:acme/fork#v1", undefined])
      expect(localTarball(given)).to.equal(here);
  });
});
