import { databaseEngines, type DatabaseEngineName } from "../components/data/database-engines.ts";
import { between, config, flag, matching, optional, refuse, text, word } from "./keys.ts";
import { reserved } from "./parameters.ts";
import { refuseUnread } from "./unread.ts";
import type { DatabaseSettings } from "../components/data/store-settings.ts";

/** What only an instance reads, and its value where nobody sets it (Pulumi.yaml). */
const instanceKeys = {
  databaseInstanceClass: "db.t4g.micro",
  databaseStorageGiB: "20",
  databaseMaxStorageGiB: "100",
};

/** What only Aurora reads. */
const auroraKeys = { databaseMinCapacity: "0.5", databaseMaxCapacity: "4" };

/** What every database reads. */
const commonKeys = {
  databaseVersion: "",
  databaseVariable: "DATABASE_URL",
  databaseMultiAz: "false",
  databaseBackupDays: "7",
  databaseMaintenanceWindow: "sun:03:00-sun:04:00",
  databaseApplyImmediately: "false",
  databasePerformanceInsights: "false",
  databaseFinalSnapshot: "true",
  databaseSnapshot: "",
};

const engines = ["none", ...(Object.keys(databaseEngines) as DatabaseEngineName[])] as const;

/** The database that `up` makes, or undefined where it makes none. */
export function database(): DatabaseSettings | undefined {
  const engine = word("databaseEngine", engines);
  if (engine === "none") {
    refuseUnread({ ...commonKeys, ...instanceKeys, ...auroraKeys }, "databaseEngine is not none");
    return undefined;
  }
  const { aurora, version, versionPattern } = databaseEngines[engine];
  if (aurora) refuseUnread(instanceKeys, `databaseEngine is postgres or mysql; ${engine} is serverless`);
  else refuseUnread(auroraKeys, `databaseEngine is aurora-postgresql or aurora-mysql; it is ${engine}`);
  const given = optional("databaseVersion", versionPattern, `a version without its last part, as in ${version}`);
  return {
    engine,
    version: given ?? version,
    mayUpgrade: given !== undefined,
    applyImmediately: flag("databaseApplyImmediately"),
    variable: variableName("databaseVariable"),
    instanceClass: matching(
      "databaseInstanceClass",
      /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
      "a class of RDS, as in db.t4g.micro",
    ),
    ...storage(),
    capacity: capacity(),
    multiAz: flag("databaseMultiAz"),
    backupDays: between("databaseBackupDays", 1, 35),
    maintenanceWindow: weeklyWindow("databaseMaintenanceWindow"),
    performanceInsights: flag("databasePerformanceInsights"),
    finalSnapshot: flag("databaseFinalSnapshot"),
    snapshot: config().get("databaseSnapshot") || undefined,
  };
}

/** Name of a Compose variable, but none of the build's. */
export function variableName(key: string): string {
  const value = matching(key, /^[A-Za-z_]\w*$/, "the name of a variable, as in DATABASE_URL");
  return reserved.includes(value) ? refuse(key, value, "another name: the build sets this one itself") : value;
}

/** A weekly time as RDS and ElastiCache take it, of at least an hour: ElastiCache asks for so much. */
export function weeklyWindow(key: string): string {
  const allowed = "a weekly time in UTC of one to eight hours, as in sun:03:00-sun:04:00";
  const value = matching(key, window, allowed);
  const [from = "", to = ""] = value.split("-");
  const minutes = (minuteOf(to) - minuteOf(from) + week) % week;
  return minutes >= 60 && minutes <= 480 ? value : refuse(key, value, allowed);
}

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const moment = `(${days.join("|")}):([01]\\d|2[0-3]):[0-5]\\d`;
const window = new RegExp(`^${moment}-${moment}$`);
const week = 7 * 24 * 60;

/** Minutes since Monday began. */
function minuteOf(moment: string): number {
  const [day = "", hour, minute] = moment.split(":");
  return (days.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute);
}

/** RDS grows storage only to at least a tenth more (RDS user guide, "Managing capacity automatically with Amazon RDS storage autoscaling"). */
function storage() {
  const storageGiB = between("databaseStorageGiB", 20, 65_536);
  const maxStorageGiB = between("databaseMaxStorageGiB", 0, 65_536);
  if (maxStorageGiB !== 0 && maxStorageGiB < storageGiB * 1.1) {
    const least = Math.ceil(storageGiB * 1.1);
    refuse("databaseMaxStorageGiB", maxStorageGiB, `0, or at least ${least}: a tenth more than databaseStorageGiB`);
  }
  return { storageGiB, maxStorageGiB };
}

/** Aurora takes halves of a capacity unit from 0, which pauses it, to 256. */
function capacity() {
  const [least, most] = [units("databaseMinCapacity", 0), units("databaseMaxCapacity", 1)];
  return least <= most
    ? { least, most }
    : refuse("databaseMaxCapacity", most, `at least databaseMinCapacity, which is ${least}`);
}

function units(key: string, least: number): number {
  const number = Number(text(key));
  const fits = Number.isInteger(number * 2) && number >= least && number <= 256;
  return fits ? number : refuse(key, text(key), `capacity units from ${least} to 256, in steps of 0.5`);
}
