/**
 * Opens the file that is its argument as a server does, says "begun" and "open", and then waits to be killed.
 *
 * @module
 */
import { SqliteLogs } from "../../lib/log/sqlite/logs.ts";

console.log("begun");
const logs = await SqliteLogs.open(Deno.args[0]);
logs.open("lobby").append([{ kind: "said", name: "bob", text: "new", authorKey: "B" }]);
console.log("open");
