import { expect } from "chai";
import { repositoryOf } from "../../../scripts/init/git-remote.ts";

describe("repositoryOf", () => {
  const found = [
    ["git@github.com:acme/shop.git", "GitHub", "acme/shop"],
    ["https://github.com/acme/shop", "GitHub", "acme/shop"],
    ["https://ann:token@github.com/acme/shop.git/", "GitHub", "acme/shop"],
    ["ssh://git@ssh.github.com:443/acme/shop.git", "GitHub", "acme/shop"],
    ["git@github.com-work:acme/shop.git", "GitHub", "acme/shop"],
    ["git@gitlab.com:acme/web/shop.git", "GitLab", "acme/web/shop"],
    ["https://ann@bitbucket.org/acme/shop.git", "Bitbucket", "acme/shop"],
    ["https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", "CodeCommit", "shop", "eu-west-1"],
    ["ssh://APKA@git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", "CodeCommit", "shop", "eu-west-1"],
    ["codecommit::eu-west-1://shop", "CodeCommit", "shop", "eu-west-1"],
    ["codecommit://work@shop", "CodeCommit", "shop"],
  ] as const;
  for (const [url, provider, repository, region] of found) {
    it(`reads ${url} as ${repository} at ${provider}`, () => {
      expect(repositoryOf(url)).to.deep.equal({ provider, repository, ...(region !== undefined && { region }) });
    });
  }

  for (const url of [
    "/srv/git/shop.git",
    "https://git.example.com/acme/shop.git",
    "git@github.com:shop.git",
    "../shop",
  ]) {
    it(`does not know the repository of ${url}`, () => {
      expect(repositoryOf(url)).to.equal(undefined);
    });
  }
});
