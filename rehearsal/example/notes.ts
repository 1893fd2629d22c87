import { getText } from "../kit/client.ts";

/** Writes a note into the application's database. */
export async function writeNote(url: string, body: string): Promise<void> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(new URL("/notes", url), { method: "POST", headers, body: JSON.stringify({ body }) });
  if (!answer.ok) throw new Error(`POST /notes: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
}

/** Bodies of the application's notes, newest first. */
export async function listNotes(url: string): Promise<readonly string[]> {
  const notes = JSON.parse(await getText(url, "/notes")) as readonly { readonly body: string }[];
  return notes.map(({ body }) => body);
}
