import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  composeFileArgs,
  namesOf,
  readStackApplication,
  requireApplicationDirectory,
  targetCheck,
  withBucket,
} from "../../components/plain.ts";
import { readSettings, type Settings } from "../../settings.ts";
import { shortStackName, stackFileName } from "../kit/stack-file-name.ts";
import { stackFiles } from "../pulumi/stack-files.ts";
import { configurationOf } from "./configuration.ts";
import {
  unread,
  type ProgramApplication,
  type ProgramReading,
  type ProgramSettings,
  type Unread,
} from "../pulumi/program-reading.ts";

const [, , stack = ""] = process.argv;
process.send?.(reading());

function reading(): ProgramReading {
  const files = tried(() => stackFiles(stack, "."));
  if ("problem" in files) return unread(files.problem);
  const { project, own } = files;
  if (own === undefined) {
    const file = stackFileName(stack);
    return unread(`${file}: no configuration for stack ${stack}; copy Pulumi.staging.yaml to it and set what differs`);
  }
  const configuration = configurationOf(project, own);
  const allowed: unknown = JSON.parse(configuration["aws:allowedAccountIds"] ?? "[]");
  // Pulumi's own runner does the same before it runs a program, but with an engine. There is none here, so nothing may
  // register a resource.
  pulumi.runtime.resetOptions(project.name ?? "", shortStackName(stack), 1, "", "", true, "");
  pulumi.runtime.setAllConfig(configuration);
  return {
    region: configuration["aws:region"],
    allowedAccounts: Array.isArray(allowed) ? allowed.map(String) : [String(allowed)],
    ...read(),
  };
}

function read(): Pick<ProgramReading, "settings" | "application"> {
  const settings = tried(() => readSettings());
  if ("problem" in settings) return { settings, application: undefined };
  return { settings: settingsOf(settings), application: tried(() => applicationOf(settings)) };
}

function settingsOf(settings: Settings): ProgramSettings {
  const { build, composeFiles, notes, source, parameters, network } = settings;
  const connected = "branches" in source;
  const made = (variables: object, type: "String" | "SecureString") =>
    Object.keys(variables).map((variable) => ({ variable, name: `${parameters.path}/${variable}`, made: type }));
  const existing = Object.entries(parameters.existing).map(([variable, name]) => ({
    variable,
    name,
    made: undefined,
  }));
  return {
    composeFiles,
    notes,
    buildspec: source.provider === "ECR" ? undefined : build.buildspec,
    testReports: build.testReports,
    repository: repositoryOf(settings),
    source: source.provider,
    connected,
    connectionArn: connected ? source.connectionArn : undefined,
    natGateways: network.existing === undefined ? network.natGateways : undefined,
    parameters: [...existing, ...made(parameters.settings, "String"), ...made(parameters.secrets, "SecureString")],
    parameterKmsKeyArns: parameters.kmsKeyArns,
  };
}

/** The repository's folder, relative to the program's: as many folders above the application as lie between them. */
function repositoryOf({ applicationDirectory, repositoryDirectory }: Settings): string {
  const between = repositoryDirectory.split("/").filter((part) => part !== "" && part !== ".");
  return join(applicationDirectory, ...between.map(() => ".."));
}

function applicationOf(settings: Settings): ProgramApplication {
  requireApplicationDirectory(settings);
  // The names that doctor compares contain neither the account nor the region.
  const names = namesOf(settings.app, settings.environment, { partition: "", region: "", accountId: "" });
  const variables = withBucket(settings.variables, names, settings.stores.bucket);
  const { services, images } = readStackApplication(composeFileArgs(settings, variables));
  const local = (image: string) => images.find(({ name }) => name === image)?.local ?? image;
  const [entry] = services.flatMap((task) => {
    const { entry } = task;
    const found = task.containers.find(({ name }) => name === entry?.container);
    if (entry === undefined || entry.rule !== undefined || found === undefined) return [];
    const { image, command, entryPoint, environment } = found;
    const reference = "built" in image ? local(image.built) : image.reference;
    const { container, port } = entry;
    const healthPath = targetCheck(task, settings.balancer.healthCheckPath).path;
    return [{ container, port, healthPath, image: reference, command, entryPoint, environment }];
  });
  return {
    services: services.map(({ name, containers }) => ({
      name: names.service(name).name,
      containers: containers.map((container) => container.name),
      imageDefinitions: containers.some(({ image }) => "built" in image)
        ? names.service(name).imageDefinitions
        : undefined,
    })),
    images: images.map(({ name }) => name),
    entry,
  };
}

function tried<Found extends object>(read: () => Found): Found | Unread {
  try {
    return read();
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
