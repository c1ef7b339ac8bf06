/**
 * What a client does with its state folder, as a process: `state_client.ts FOLDER ROOM`. It waits for a line, opens what is
 * remembered about a server, notes how far it has seen a room, and prints what it knows. With `for ever` as the line, it
 * goes on noting until it is killed.
 *
 * @module
 */
import { ServerState } from "../../lib/client/state.ts";
import { StateFile } from "../../lib/client/state/file.ts";

const [path, room] = Deno.args;
console.log("ready");
const input = new Uint8Array(100);
const line = new TextDecoder().decode(input.subarray(0, await Deno.stdin.read(input) ?? 0)).trim();
const server = { hostname: "10.0.0.1", port: 8081 };

if (line === "for ever") {
  const file = new StateFile(path, "10.0.0.1_8081.json", console.error);
  for (let seq = 1;; seq++) {
    const places = new Map([[room, { log: "a", seq, time: 0, messages: seq }]]);
    const { identity } = await file.update({ places });
    if (seq === 1) console.log(identity);
  }
}

const state = await ServerState.open(server, { folder: { path }, report: console.error });
for (let seq = 1; seq <= 100; seq++) {
  state.note({ name: "alice", room, place: { room, log: "a", seq, time: 0, messages: seq } });
}
await state[Symbol.asyncDispose]();
console.log(JSON.stringify({ identity: state.identity, name: state.name, place: state.place(room)?.seq }));
