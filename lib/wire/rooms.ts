import type { RoomSummary } from "./entries.ts";

/** Rooms in words, such as `lobby (2 here, 41 messages)`. */
export function describeRooms(rooms: readonly RoomSummary[]): string {
  return rooms.map(({ name, members, messages }) =>
    `${name} (${members} here, ${messages} ${messages === 1 ? "message" : "messages"})`
  ).join(", ");
}
