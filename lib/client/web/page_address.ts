/// <reference lib="dom" />

/** The room that the page's address names, if it names one. */
export function namedRoom(): string | undefined {
  return new URLSearchParams(location.search).get("room") ?? undefined;
}

/** Lets the address name the room in which one is, if it has named one. */
export function nameRoom(room: string | undefined): void {
  const url = new URL(location.href);
  if (room === undefined || (namedRoom() ?? room) === room) return;
  url.searchParams.set("room", room);
  history.replaceState(null, "", url);
}

/** Takes the code out of the address by which this device becomes the same person's as the one that has shown it. */
export function takeLinkCode(): string | undefined {
  const code = /^#link=([\w-]+)$/.exec(location.hash)?.[1];
  if (code !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return code;
}
