import { assertEquals, assertThrows } from "@std/assert";
import type { Place } from "../../../lib/client/core/places.ts";
import { RoomError, Standing, type StandingOptions } from "../../../lib/client/core/standing.ts";
import type { Welcome } from "../../../lib/wire/entries.ts";
import type { ReceivedEntry } from "../../../lib/wire/received.ts";

const FIRST = { first: true, again: false };
const AGAIN = { first: true, again: true };

function welcome(fields: Partial<Welcome> = {}): Welcome {
  const defaults = { version: 1, log: "L", seq: 10, name: "alice", taken: 0, room: "lobby", messages: 7 };
  return { kind: "welcome", ...defaults, ...fields };
}

function said(seq: number, marks: { history?: boolean } = {}): ReceivedEntry {
  return {
    kind: "said",
    seq,
    time: 1000 * seq,
    name: "bob",
    text: "x",
    own: false,
    history: false,
    ...marks,
  };
}

/** Someone with a memory, and what was noted in it. */
function remembering(place?: Place, options: StandingOptions = {}) {
  const noted: object[] = [];
  const places = {
    place: (room: string) => room === "lobby" ? place : undefined,
    note: (what: object) => void noted.push(what),
  };
  return { standing: new Standing({ ...options, places }), noted };
}

const SEEN = { log: "L", seq: 4, time: 500, messages: 3 };

Deno.test("Standing tells where it wants to be and what it has seen there, and then where it goes on", () => {
  const { standing } = remembering(SEEN, { name: "alice", identity: "secret", watch: true });
  const { client, ...first } = standing.hello("pw");
  const fresh = { name: "alice", password: "pw", identity: "secret", watch: true };
  assertEquals(first, { ...fresh, room: undefined, resume: undefined, seen: { log: "L", seq: 4 } });
  standing.welcome(welcome(), FIRST);
  standing.note(said(11));
  const resume = { log: "L", since: 11, time: 11_000 };
  assertEquals(standing.hello("pw"), { ...fresh, client, room: "lobby", resume, seen: undefined });
  standing.moving.depart("/join kitchen");
  assertEquals(standing.hello("pw"), {
    ...fresh,
    client,
    room: "kitchen",
    resume: undefined,
    seen: undefined,
  });
});

Deno.test("Standing tells how much is new since its user was there, once", () => {
  const { standing } = remembering(SEEN);
  standing.hello(undefined);
  const { events } = standing.welcome(welcome(), FIRST)!;
  const unread = { kind: "unread" as const, count: 4, since: 500, before: 3, shown: true };
  assertEquals(events, [welcome(), unread]);
  standing.hello(undefined);
  assertEquals(standing.welcome(welcome(), AGAIN)!.events, [{ kind: "back" }]);
  standing.moving.depart("/join kitchen");
  standing.welcome(welcome({ room: "kitchen" }), { first: false, again: true });
  standing.moving.depart("/join lobby");
  const back = standing.welcome(welcome(), { first: false, again: true })!;
  assertEquals([back.events[1], back.moved], [{ ...unread, shown: false }, true]);
});

Deno.test("Standing remembers what it has seen as it comes, and counts messages only", () => {
  const { standing, noted } = remembering();
  standing.hello(undefined);
  standing.welcome(welcome(), FIRST);
  assertEquals(noted.splice(0), [{ name: "alice", room: "lobby" }]);
  assertEquals(standing.note(said(3, { history: true })), false);
  assertEquals(noted, []);
  standing.note({ kind: "joined", seq: 11, time: 11_000, names: ["alice"] });
  standing.note(said(12));
  const place = { room: "lobby", log: "L" };
  assertEquals(noted.splice(0), [
    { place: { ...place, seq: 11, time: 11_000, messages: 7 } },
    { place: { ...place, seq: 12, time: 12_000, messages: 8 } },
  ]);
  standing.welcome(welcome({ messages: undefined, room: undefined }), AGAIN);
  standing.note(said(13));
  assertEquals(noted, [{ name: "alice", room: "lobby" }], "an older server does not count");
});

Deno.test("Standing follows a change of its name, on this device or another, and remembers no address", () => {
  const { standing, noted } = remembering(undefined, { name: "alice" });
  const wanted = () => standing.hello(undefined).name;
  standing.welcome(welcome({ name: "10.0.0.1" }), FIRST);
  assertEquals([standing.name, wanted(), noted], ["10.0.0.1", "alice", [{ name: undefined, room: "lobby" }]]);
  standing.note({ kind: "renamed", seq: 11, time: 0, name: "10.0.0.1", to: "bob" });
  assertEquals([standing.name, wanted()], ["bob", "bob"]);
  standing.welcome(welcome({ name: "rob" }), AGAIN);
  assertEquals([standing.name, wanted()], ["rob", "rob"], "it was changed on another device meanwhile");
  standing.welcome(welcome({ name: "10.0.0.1" }), AGAIN);
  assertEquals([standing.name, wanted()], ["10.0.0.1", "rob"], "someone took it");
});

Deno.test("Standing goes nowhere else than where it wants to be", () => {
  const lead = (room: string | undefined) => new Standing({ room: "hall" }).welcome(welcome({ room }), FIRST);
  assertThrows(() => lead("lobby"), RoomError, "the server has led to lobby instead of hall");
  assertThrows(() => lead(undefined), RoomError, "this server has one room only, the lobby");
  assertThrows(() => new Standing({ room: "hall" }).note({ kind: "plain" }), RoomError, "has no room hall");
  new Standing({ room: "lobby" }).note({ kind: "plain" });
  const standing = new Standing({});
  standing.welcome(welcome(), FIRST);
  assertEquals(standing.welcome(welcome(), { first: false, again: false }), undefined, "nobody asked");
  assertThrows(() => standing.welcome(welcome({ room: "x" }), { first: false, again: false }), RoomError);
});
