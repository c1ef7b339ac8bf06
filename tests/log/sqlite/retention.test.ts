import { assert, assertEquals } from "@std/assert";
import { DAY, HOUR, Machine, MINUTE } from "./machine.ts";

const KEEP = { age: HOUR };

Deno.test("entries from the future keep none behind them", () => {
  using machine = new Machine();
  machine.say(-365 * DAY, -DAY, 2 * HOUR, -DAY, 3 * HOUR, 10 * MINUTE, 5 * MINUTE);
  machine.start(KEEP);
  assertEquals(machine.left, [6, 7]);
});

Deno.test("a thousand entries from the future keep none behind them", () => {
  using machine = new Machine();
  machine.say(...Array(1500).fill(-DAY), 2 * HOUR, 0);
  machine.start(KEEP);
  assertEquals(machine.left, [1502]);
});

Deno.test("entries from the future go when they have been there for as long as entries are kept", () => {
  using machine = new Machine();
  machine.say(-365 * DAY, -365 * DAY, -365 * DAY);
  machine.start(KEEP);
  machine.pass(HOUR);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [3]);
});

Deno.test("entries from the past go with those before them, not before", () => {
  using machine = new Machine();
  machine.say(50 * MINUTE, 20 * 365 * DAY, 40 * MINUTE, 0);
  machine.start(KEEP);
  assertEquals(machine.left, [1, 2, 3, 4]);
  machine.pass(11 * MINUTE);
  assertEquals(machine.left, [3, 4]);
});

Deno.test("a clock that jumps ahead removes nothing, and nothing is lost when it is put right", () => {
  using machine = new Machine();
  machine.say(50 * MINUTE, 30 * MINUTE, 0);
  machine.start(KEEP);
  machine.ahead = 365 * DAY;
  machine.pass(5 * MINUTE);
  machine.say(0, 0);
  assertEquals(machine.left, [1, 2, 3, 4, 5]);
  machine.ahead = 0;
  machine.pass(4 * MINUTE);
  assertEquals(machine.left, [1, 2, 3, 4, 5]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [2, 3, 4, 5]);
  machine.pass(20 * MINUTE);
  assertEquals(machine.left, [3, 4, 5]);
  machine.pass(HOUR);
  machine.say(0);
  assertEquals(machine.left, [5, 6]);
  machine.pass(MINUTE);
  assertEquals(machine.left, [6]);
});

Deno.test("a clock that is ahead when the server starts removes nothing for ten minutes", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE, 20 * MINUTE, 0);
  machine.ahead = 10 * HOUR;
  machine.start(KEEP, 10 * HOUR);
  machine.pass(9 * MINUTE);
  machine.ahead = 0;
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [1, 2, 3]);
});

Deno.test("a server that was off for long removes what is too old, after ten minutes", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE, 20 * MINUTE, 0);
  machine.ahead = 10 * HOUR;
  machine.start(KEEP, 10 * HOUR);
  machine.pass(9 * MINUTE);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [3]);
});

Deno.test("a clock that was behind when the server started, and is set, takes nothing that was said since", () => {
  using machine = new Machine();
  machine.ahead = -400 * DAY;
  machine.start({ age: 30 * DAY });
  machine.say(0, 0);
  machine.pass(MINUTE);
  machine.ahead = 0;
  machine.say(0);
  machine.pass(DAY);
  assertEquals(machine.left, [1, 2, 3]);
});

Deno.test("a laptop that slept removes what is too old of earlier, after ten minutes", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE, 20 * MINUTE);
  machine.start(KEEP);
  machine.say(0);
  machine.ahead = 8 * HOUR;
  machine.pass(9 * MINUTE);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [3]);
});

Deno.test("a clock that is put back keeps what is kept by the uptime, and no longer", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE);
  machine.start(KEEP);
  machine.say(0);
  machine.ahead = -DAY;
  machine.say(0);
  machine.pass(HOUR);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  machine.say(0);
  machine.pass(MINUTE);
  assertEquals(machine.left, [4]);
});

Deno.test("what clients said is remembered as long as the entries of that time, whatever the clock showed", () => {
  using machine = new Machine();
  machine.say(-DAY, 2 * HOUR, 0, 0);
  for (let seq = 1; seq <= 4; seq++) machine.note(`client ${seq}`, 0, seq);
  machine.start(KEEP);
  assertEquals([machine.left, machine.clients], [[3, 4], ["client 3", "client 4"]]);
});

Deno.test("a number of entries is kept of each room, and forgotten messages are counted", () => {
  using machine = new Machine();
  const [kitchen, office] = [machine.rooms.begin("kitchen").room, machine.rooms.begin("office").room];
  machine.say(...Array(350).fill(0));
  machine.sayIn(kitchen, 0, 0);
  machine.sayIn(office, 0, 0, 0, 0, 0);
  machine.start({ entries: 3 });
  assertEquals([machine.left, machine.leftIn(kitchen), machine.leftIn(office)], [[348, 349, 350], [1, 2], [
    3,
    4,
    5,
  ]]);
  assertEquals([0, kitchen, office].map((room) => machine.forgottenIn(room)), [347, 0, 2]);
  assertEquals([0, kitchen, office].map((room) => machine.rooms.messages(room)), [350, 2, 5]);
  machine.open(kitchen);
  machine.sayIn(kitchen, 0, 0);
  machine.pass(MINUTE);
  assertEquals([machine.leftIn(kitchen), machine.forgottenIn(kitchen)], [[2, 3, 4], 1]);
});

Deno.test("what is too old goes from all rooms, also those that nobody is in, but not their last entry", () => {
  using machine = new Machine();
  const rooms = Array.from({ length: 300 }, (_, i) => machine.rooms.begin(`room ${i}`).room);
  for (const room of rooms) machine.sayIn(room, 2 * HOUR, 2 * HOUR, 30 * MINUTE, 0);
  machine.start(KEEP);
  for (const room of rooms) assertEquals(machine.leftIn(room), [3, 4]);
  machine.pass(31 * MINUTE);
  for (const room of rooms) assertEquals(machine.leftIn(room), [4]);
  machine.pass(HOUR);
  for (const room of rooms) assertEquals([machine.leftIn(room), machine.forgottenIn(room)], [[4], 3]);
});

Deno.test("what was said in a room that was opened in this run goes by the uptime, and what it had before by its time", () => {
  using machine = new Machine();
  const kitchen = machine.rooms.begin("kitchen").room;
  machine.sayIn(kitchen, 30 * MINUTE, 0);
  machine.start(KEEP);
  machine.open(kitchen);
  // The clock is wrong from now on: entries seem to be of last year.
  machine.ahead = -365 * DAY;
  machine.sayIn(kitchen, 0, 0);
  machine.pass(20 * MINUTE);
  assertEquals(machine.leftIn(kitchen), [1, 2, 3, 4]);
  machine.pass(2 * HOUR);
  assertEquals(machine.leftIn(kitchen), [4]);
});

Deno.test("what clients said is remembered as long as the entries of the room where they said it", () => {
  using machine = new Machine();
  const [kitchen, empty] = [machine.rooms.begin("kitchen").room, machine.rooms.begin("empty").room];
  machine.say(2 * HOUR, 0);
  machine.sayIn(kitchen, 2 * HOUR, 2 * HOUR, 0);
  machine.note("lobby, before", 0, 0);
  machine.note("lobby, old", 0, 1);
  machine.note("lobby, new", 0, 2);
  machine.note("kitchen, old", kitchen, 2);
  machine.note("kitchen, new", kitchen, 3);
  machine.note("empty", empty, 0);
  const fresh = machine.rooms.begin("fresh").room;
  machine.sayIn(fresh, 0);
  machine.note("fresh, before", fresh, 0);
  for (let i = 0; i < 1200; i++) machine.note(`many ${i}`, kitchen, 1 + i % 3);
  machine.start(KEEP);
  const many = Array.from({ length: 400 }, (_, i) => `many ${3 * i + 2}`);
  assertEquals(
    machine.clients.toSorted(),
    ["empty", "fresh, before", "kitchen, new", "lobby, new", ...many].toSorted(),
  );
});

Deno.test("a step of removing takes no longer than it may, and the next one goes on", () => {
  using machine = new Machine();
  const rooms = Array.from({ length: 100 }, (_, i) => machine.rooms.begin(`room ${i}`).room);
  machine.start({ entries: 1 });
  for (const room of rooms) machine.sayIn(room, ...Array(20).fill(0));
  let steps = 0;
  while (!machine.step()) steps++;
  for (const room of rooms) assertEquals(machine.leftIn(room), [20]);
  assert(steps > 2, `all in ${steps} steps`);
});
