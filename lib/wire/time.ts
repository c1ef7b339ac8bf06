/** The local time as `20:14`, preceded by the date if that is not the date of `now`. */
export function localTime(time: number, now: number): string {
  const [date, clock] = [localDate(time), localClock(time)];
  return date === localDate(now) ? clock : `${date} ${clock}`;
}

/** The local time of day, as `20:14`. `time`: in milliseconds since 1970. */
export function localClock(time: number): string {
  const date = new Date(time);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The local date, as `2026-11-22`. `time`: in milliseconds since 1970. */
export function localDate(time: number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
