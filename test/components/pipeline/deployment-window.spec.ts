import { expect } from "chai";
import { isTimeZone, isWindow } from "../../../components/pipeline/deployment-window.ts";

describe("a deployment window", () => {
  it("accepts what the rule's page describes: six or seven fields, each with its values", () => {
    const good = [
      "* * 9-16 ? * MON-FRI *",
      "* 0 9-17 ? * MON-FRI *",
      "* * 9-16 ? * mon-fri",
      "* 0/15,5 8,20 1-7 JAN-MAR,12 ? 2026-2030",
      "* * * LW * ?",
      "* * * L-3 * ?",
      "* * * 15W * ?",
      "* * * ? * 6#3",
      "* * * ? * FRIL",
    ];
    expect(good.filter((cron) => !isWindow(cron))).to.deep.equal([]);
  });

  it("accepts nothing else", () => {
    const bad = [
      "",
      "* * * * *",
      "* * * * * * * *",
      // "Seconds: allowed values N/A, allowed special characters *" (rule reference, "DeploymentWindow").
      "0 * * ? * MON *",
      "0-59 * * ? * MON *",
      "*/2 * * ? * MON *",
      "? * * ? * MON *",
      "* 60 * ? * MON *",
      "* * 24 ? * MON *",
      "* * 9-10-11 ? * MON *",
      "* * 9- ? * MON *",
      "* * * 32 * ?",
      "* * * ? 13 MON",
      "* * * ? * 8",
      "* * * ? * MON#6",
      "* * * ? * MON 1969",
      "* */0 * ? * MON",
      "* * 9-16 ? * Monday",
    ];
    expect(bad.filter(isWindow)).to.deep.equal([]);
  });

  it("accepts a time zone by region, by offset and by abbreviation", () => {
    expect(
      ["UTC", "UTC+05:30", "UTC-03:00", "EST", "Europe/Berlin", "America/New_York"].filter((zone) => !isTimeZone(zone)),
    ).to.deep.equal([]);
    expect(["", "utc", "UTC+5", "+05:30", "Berlin", "Europe/Belrin", "Europe/"].filter(isTimeZone)).to.deep.equal([]);
  });
});
