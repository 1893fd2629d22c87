import type { Action, Journey } from "./journey.ts";

/** The picture of a journey, as an SVG that is readable on a phone, in light and in dark. */
export function journeyPicture(journey: Journey): string {
  const rows = journey.actions.map((action, index) => rowOf(journey, action, index));
  const top = place(rows);
  const bottom = top.at(-1)?.bottom ?? 0;
  const stages = frames(journey, top);
  const ends = surroundings(journey, top, bottom + 18);
  const parts = [
    ...stages,
    box(left, 4, ["git push", ...journey.push], "end"),
    arrow(`M${middle} ${4 + heightOf(["", ...journey.push])} V${pipelineTop}`),
    ...top.flatMap(({ heading, y, lines, card, height }, index) => [
      box(inner, y, lines, "action", height),
      ...(card === undefined
        ? []
        : [box(right, y, card, "card", height), arrow(across(inner.to, right.from, y + height / 2))]),
      ...(heading === "" || index === 0 ? [] : [arrow(`M${inner.to - 14} ${y - 30} V${y}`)]),
    ]),
    ...ends.parts,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${ends.bottom + 4}" role="img" aria-labelledby="title desc">
<title id="title">From a push to the running service</title>
<desc id="desc">${escape(description(journey))}</desc>
<style>${style}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>
${parts.join("\n")}
</svg>
`;
}

interface Column {
  readonly from: number;
  readonly to: number;
}

const width = 360;
const left: Column = { from: 2, to: 158 };
const inner: Column = { from: 10, to: 150 };
const right: Column = { from: 178, to: 342 };
/** Where the line of the parameters runs. */
const channel = 353;
const middle = (left.from + left.to) / 2;
const lineHeight = 17;
const pipelineTop = 88;

const style = `
text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.head{font-size:13.5px;font-weight:600}
.stage{fill:#59636e;font-weight:600}
rect{fill:#fff;stroke:#818b98;stroke-width:1}
.frame{fill:#f6f8fa;stroke:#d1d9e0}
.action{fill:#ddf4ff;stroke:#0969da}
.card{fill:#fff8c5;stroke:#9a6700}
.end{fill:#dafbe1;stroke:#1a7f37}
.line{fill:none;stroke:#59636e;stroke-width:1.5}
.reads{fill:none;stroke:#9a6700;stroke-width:1.5;stroke-dasharray:4 3}
.tip{fill:#59636e}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}
.stage{fill:#9198a1}
.frame{fill:#151b23;stroke:#3d444d}
.action{fill:#0c2d6b;stroke:#58a6ff}
.card{fill:#3b2300;stroke:#d29922}
.end{fill:#033a16;stroke:#3fb950}
.line{stroke:#9198a1}
.reads{stroke:#d29922}
.tip{fill:#9198a1}
}
`;

interface Row {
  readonly action: Action;
  readonly lines: readonly string[];
  readonly card: readonly string[] | undefined;
  readonly height: number;
  /** What stands above it: the name of a stage that begins, or that it runs after what is above. */
  readonly heading: string;
}

interface Placed extends Row {
  readonly y: number;
  readonly bottom: number;
}

function rowOf({ actions, cards }: Journey, action: Action, index: number): Row {
  const lines = [action.name, ...wrapped(action.by)];
  const target = cards.find(({ name }) => name === action.target);
  const [kind = "", ...more] = target?.lines ?? [];
  const card = target && [kind, ...(kind === "ECS service" ? [target.name] : []), ...more.flatMap(wrapped)];
  const before = actions[index - 1];
  const ordered = before?.order === action.order ? "" : "then, together";
  const heading = before?.stage === action.stage ? ordered : `Stage ${action.stage}`;
  return { action, lines, card, heading, height: Math.max(heightOf(lines), heightOf(card ?? [])) };
}

/** The rows from above to below; a stage begins with the line of its name. */
function place(rows: readonly Row[]): readonly Placed[] {
  let bottom = pipelineTop + 38;
  return rows.map((row) => {
    const y = bottom + (row.heading === "" ? 8 : 30);
    bottom = y + row.height;
    return { ...row, y, bottom };
  });
}

/** The pipeline, and in it each stage by its name. */
function frames({ pipeline }: Journey, rows: readonly Placed[]): readonly string[] {
  const bottom = (rows.at(-1)?.bottom ?? pipelineTop) + 8;
  const names = rows
    .filter(({ heading }) => heading !== "")
    .map(({ heading, y }) => label(inner.from, y - 9, heading, "stage"));
  return [
    rect(left, pipelineTop, bottom - pipelineTop, "frame"),
    label(inner.from, pipelineTop + 18, "CodePipeline", "head"),
    label(inner.from, pipelineTop + 34, pipeline),
    ...names,
  ];
}

/** The people, the load balancer, the parameters and the database, below the pipeline. */
function surroundings(
  journey: Journey,
  rows: readonly Placed[],
  from: number,
): { parts: readonly string[]; bottom: number } {
  const { balancer, parameters, database, cards } = journey;
  const parts: string[] = [];
  let y = from;
  if (balancer !== undefined) {
    const height = heightOf(balancer.lines);
    const served = rows.find(({ action }) => action.target === balancer.target);
    parts.push(box(left, y, ["Requests"], "end", height), box(right, y, balancer.lines, "card", height));
    parts.push(arrow(across(left.to, right.from, y + height / 2)));
    parts.push(arrow(`M${(right.from + right.to) / 2} ${y} V${served?.bottom ?? y}`));
    y += height + 12;
  }
  if (parameters.length > 0) {
    const lines = ["Parameter Store", ...parameters];
    const height = heightOf(lines);
    const reading = rows.filter(({ action }) =>
      cards.some(({ name, reads }) => name === action.target && reads.length > 0),
    );
    const first = Math.min(...reading.map((row) => row.y + row.height / 2));
    parts.push(box(right, y, lines, "card", height));
    parts.push(`<path class="reads" d="M${right.to} ${y + height / 2} H${channel} V${first}"/>`);
    for (const row of reading) parts.push(arrow(across(channel, right.to, row.y + row.height / 2), "reads"));
    if (database !== undefined) {
      parts.push(
        box(left, y, [...database.lines, "gives its URL"], "card", height),
        arrow(across(left.to, right.from, y + height / 2)),
      );
    }
    y += height;
  }
  return { parts, bottom: y };
}

/** The picture in sentences, for those who hear it. */
function description({ push, pipeline, actions, cards, balancer, parameters, database }: Journey): string {
  const acts = actions.map(({ stage, name, by, target }) => {
    const lines = cards.find((card) => card.name === target)?.lines ?? [];
    const on = lines.length === 0 ? "" : `, acts on: ${lines.join(", ")}`;
    return `Stage ${stage}, ${name} (${by})${on}.`;
  });
  return [
    `A push to ${push.join(", branch ")} starts the pipeline ${pipeline}.`,
    ...acts,
    ...(balancer ? [`Requests reach ${balancer.target} through: ${balancer.lines.join(", ")}.`] : []),
    ...(parameters.length > 0 ? [`Containers read from Parameter Store: ${parameters.join(", ")}.`] : []),
    ...(database ? [`${database.parameter} is the URL of: ${database.lines.join(", ")}.`] : []),
  ].join(" ");
}

const heightOf = (lines: readonly string[]): number => (lines.length === 0 ? 0 : lines.length * lineHeight + 12);

/** A text in lines that fit into a box. */
function wrapped(words: string): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= 22) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function box(column: Column, y: number, lines: readonly string[], kind: string, height = heightOf(lines)): string {
  const first = y + (height - lines.length * lineHeight) / 2 + 13;
  const texts = lines.map((line, index) =>
    label(column.from + 9, first + index * lineHeight, line, index === 0 ? "head" : ""),
  );
  return [rect(column, y, height, kind), ...texts].join("\n");
}

const rect = ({ from, to }: Column, y: number, height: number, kind: string): string =>
  `<rect class="${kind}" x="${from}" y="${y}" width="${to - from}" height="${height}" rx="6"/>`;

const label = (x: number, y: number, words: string, kind = ""): string =>
  words === "" ? "" : `<text${kind === "" ? "" : ` class="${kind}"`} x="${x}" y="${y}">${escape(words)}</text>`;

const across = (from: number, to: number, y: number): string => `M${from} ${y} H${to}`;

const arrow = (path: string, kind = "line"): string => `<path class="${kind}" d="${path}" marker-end="url(#tip)"/>`;

const escape = (words: string): string => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
