import { assert, assertEquals } from "@std/assert";
import { HttpPlaces } from "../../../lib/server/access/http_places.ts";

const NEVER = new Promise<void>(() => {});

/** Takes all places of a source. */
async function takeAll(places: HttpPlaces, source: string): Promise<Disposable[]> {
  const taken = [];
  for (let i = 0; i < 32; i++) taken.push((await places.take(source, NEVER))!);
  return taken;
}

Deno.test("a source has 32 places, and there are 256 in all", async () => {
  const places = new HttpPlaces();
  for (let i = 0; i < 8; i++) await takeAll(places, `10.0.0.${i}`);
  const gone = Promise.withResolvers<void>();
  const late = places.take("10.0.0.9", gone.promise);
  gone.resolve();
  assertEquals(await late, undefined);
});

Deno.test("a place that comes free goes to whoever waits longest for one of its source", async () => {
  const places = new HttpPlaces();
  const [first, second] = await takeAll(places, "a");
  const order: string[] = [];
  const waiting = ["one", "two"].map((name) =>
    places.take("a", NEVER).then((place) => (order.push(name), place))
  );
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  const got = await waiting[0];
  assert(got !== undefined);
  assertEquals(order, ["one"]);
  second[Symbol.dispose]();
  await waiting[1];
  assertEquals(order, ["one", "two"]);
});

Deno.test("whoever gives up in the very moment in which a place comes free takes none with it", async () => {
  const places = new HttpPlaces();
  const [first] = await takeAll(places, "a");
  const gone = Promise.withResolvers<void>();
  const waiting = places.take("a", gone.promise);
  gone.resolve();
  void Promise.resolve().then(() => first[Symbol.dispose]());
  (await waiting)?.[Symbol.dispose]();
  const next = await places.take("a", NEVER);
  assert(next !== undefined);
});
