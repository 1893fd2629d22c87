import { connect } from "node:net";

const host = process.env.CACHE_HOST ?? "127.0.0.1";

/** Counts in memcached: adds one to a number that begins at 0, and says what it is then. */
export async function increment(key) {
  await command(`add ${key} 0 0 1\r\n0`);
  return Number(await command(`incr ${key} 1`));
}

/** The first line that memcached answers. */
function command(line) {
  return new Promise((resolve, reject) => {
    const socket = connect(11211, host, () => socket.write(`${line}\r\n`));
    socket.setTimeout(1000, () => socket.destroy(new Error("memcached: no answer within 1 s")));
    socket.once("data", (data) => {
      resolve(data.toString().split("\r\n")[0]);
      socket.end();
    });
    socket.once("error", reject);
  });
}
