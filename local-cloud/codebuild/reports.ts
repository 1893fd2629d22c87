import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { listFiles } from "./archive.ts";
import { selectArtifacts } from "./artifacts.ts";
import { allow, fail, mapping, shown, strings } from "./buildspec-fields.ts";
import { say, sourceFolder, uniquePart, type Access, type Job } from "./job.ts";
import { PhaseFailure } from "./phases.ts";
import type { ReportGroup } from "./buildspec-types.ts";

/** The `reports` section of a buildspec; throws BuildspecError. */
export function readReports(value: unknown): readonly ReportGroup[] {
  const groups = Object.entries(mapping("reports", value ?? {}));
  if (groups.length > 5) fail("reports", `${groups.length} report groups are too many`, "the maximum is five");
  return groups.map(([name, given]) => {
    const where = `reports.${name}`;
    const group = mapping(where, given);
    allow(where, group, ["files", "base-directory", "discard-paths", "file-format"]);
    const files = strings(`${where}.files`, group.files);
    if (files.length === 0) fail(`${where}.files`, "names no file", "list the files that tests write");
    const format = shown(group["file-format"] ?? "JUNITXML");
    if (![...testFormats, ...coverageFormats].includes(format)) {
      fail(
        `${where}.file-format`,
        `${format} is not a format`,
        `write ${[...testFormats, ...coverageFormats].join(", ")}`,
      );
    }
    const discardPaths = ["yes", "true"].includes(shown(group["discard-paths"] ?? "no"));
    return { name, files, format, baseDirectory: shown(group["base-directory"] ?? "."), discardPaths };
  });
}

const testFormats = ["CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"];
const coverageFormats = ["CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"];

/** Keeps the files of every report; throws a PhaseFailure when a report has no files or the role lacks a permission. */
export async function collectReports(job: Job, access: Access, groups: readonly ReportGroup[]): Promise<void> {
  for (const group of groups) {
    const { files } = selectArtifacts(group, await listFiles(sourceFolder(job)));
    if (files.length === 0) throw failure(group, "report files not found in build");
    const groupName = /^arn:/u.test(group.name)
      ? group.name.replace(/^.*\//u, "")
      : `${job.project.name}-${group.name}`;
    await mayReport(job, access, group, groupName);
    const id = `${groupName}:${uniquePart(job.buildId)}`;
    const folder = join(job.world.directory, "codebuild", "reports", groupName, uniquePart(job.buildId));
    for (const { path, name } of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await cp(join(sourceFolder(job), path), join(folder, name));
    }
    say(job, `Report ${id}: ${files.length} file(s) of ${group.format} in ${folder}`);
    const arn = `arn:aws:codebuild:${job.world.region}:${job.world.accountId}:report/${id}`;
    job.reports.push({ arn, format: group.format, folder, files: files.map(({ name }) => name) });
  }
}

// CodeBuild user guide, "Test report permissions"; the group is created with its first report.
async function mayReport({ world }: Job, access: Access, group: ReportGroup, groupName: string): Promise<void> {
  const put = testFormats.includes(group.format) ? "BatchPutTestCases" : "BatchPutCodeCoverages";
  const resource = `arn:aws:codebuild:${world.region}:${world.accountId}:report-group/${groupName}`;
  const made = group.name.startsWith("arn:") ? [] : ["CreateReportGroup"];
  const grants = [...made, "CreateReport", "UpdateReport", put].map((action) => ({
    action: `codebuild:${action}`,
    resource,
  }));
  await world.identity
    .require(world.identity.callerOf(access.credentials.accessKeyId), grants)
    .catch((error: unknown) => {
      throw failure(group, error instanceof Error ? error.message : String(error));
    });
}

function failure({ name }: ReportGroup, reason: string): PhaseFailure {
  return new PhaseFailure("CLIENT_ERROR", `Error in UPLOAD_ARTIFACTS phase: [${name}: [${reason}]]`);
}
