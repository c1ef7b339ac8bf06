import { MAX_HISTORY } from "../../log/log.ts";
import { Refusal } from "../../wire/refusal.ts";

/**
 * Parses the argument of `/history`: empty, a number, or `since HH:MM`, which means the last time the server's clock
 * showed that.
 *
 * @throws {Refusal} if it is none of these
 */
export function parseHistory(text: string, now: Date): { limit?: number; since?: number } {
  if (text === "") return {};
  if (/^\d+$/.test(text)) return { limit: Math.min(Number(text), MAX_HISTORY) };
  const [, hours, minutes] = /^since\s+(\d\d?):(\d\d)$/i.exec(text)?.map(Number) ?? [];
  if (!(hours < 24 && minutes < 60)) {
    throw new Refusal("that is not how /history is used: /history, /history 50, or /history since 20:00");
  }
  const since = new Date(now);
  since.setHours(hours, minutes, 0, 0);
  if (since > now) since.setDate(since.getDate() - 1);
  return { limit: MAX_HISTORY, since: since.getTime() };
}
