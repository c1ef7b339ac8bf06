import type { Log } from "../../lib/log/log.ts";
import type { KeptRoom, Logs } from "../../lib/log/logs.ts";
import { MemoryLogs } from "../../lib/log/memory.ts";
import { LOBBY } from "../../lib/wire/names.ts";

/** Logs whose lobby is kept in this one, which stays open; other rooms are in memory. */
export function logsAround(lobby: Log): Logs {
  const others = new MemoryLogs();
  return {
    open: (room) => room === LOBBY ? withoutDisposal(lobby) : others.open(room),
    async list(limit): Promise<KeptRoom[]> {
      const messages = await lobby.messages(lobby.last);
      return [{ name: LOBBY, messages }, ...others.list(limit - 1)];
    },
    remove: (room) => others.remove(room),
    [Symbol.asyncDispose]: () => others[Symbol.asyncDispose](),
  };
}

/** The log itself, except that whoever disposes of it does not close it. */
function withoutDisposal(log: Log): Log {
  return new Proxy(log, {
    get(target, property) {
      if (property === Symbol.asyncDispose) return () => Promise.resolve();
      const value = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
