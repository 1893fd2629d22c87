import { list } from "./key.ts";

/** The keys about variables of the Compose files. */
export const parametersKeys = {
  variables: list("Plain variables of the Compose file, each NAME=value"),
  parameters: list(
    "Variables of the Compose file that are parameters, each NAME (value from secrets:NAME or settings:NAME, else /<app>/<environment>/NAME must exist) or NAME=/existing/parameter",
  ),
  parameterKmsKeyArns: list(
    "ARNs of KMS keys in the stack's region, other than Parameter Store's own, that encrypt some of the parameters; the roles that read parameters may decrypt with them",
  ),
  buildParameters: list("The parameters whose values a build sees"),
};
