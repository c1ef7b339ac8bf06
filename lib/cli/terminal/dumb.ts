/** Whether the terminal says that it can do nothing but append lines; `false` if the environment may not be read. */
export function isDumb(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TERM" });
  return state === "granted" && Deno.env.get("TERM") === "dumb";
}
