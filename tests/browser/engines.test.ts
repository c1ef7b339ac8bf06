import { assert, assertEquals } from "@std/assert";
import type { Engine, EnginePage } from "../helpers/engines.ts";
import { firefox } from "../helpers/firefox.ts";
import { testWith } from "../helpers/needs.ts";
import type { Peer } from "../helpers/peer.ts";
import { webkit } from "../helpers/webkit.ts";
import { WebRoom } from "./room.ts";

const NOTHING_WAITS = "document.querySelectorAll('#waiting .msg').length === 0";

for (const engine of [firefox, webkit]) {
  testWith(
    engine.needs,
    `in ${engine.name}, someone talks both ways, reloads, whispers, changes rooms, and outlives a killed server`,
    () => followMainPath(engine),
  );
}

/** All of it on one page: the start of a browser takes longer than what is done in it. */
async function followMainPath(engine: Engine): Promise<void> {
  await using room = await WebRoom.start({ data: true });
  await using page = await engine.open(room.url);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await talkBothWays(page, bob);
  await reload(page, bob);
  await whisper(page, bob);
  await changeRooms(page, bob);
  assertEquals(await page.problemsNow(), []);
  await outliveServer(page, room);
  assertEquals(await page.problemsNow(), []);
}

async function talkBothWays(page: EnginePage, bob: Peer): Promise<void> {
  await page.say("hello from the page, häßlich 😀");
  await bob.until("<alice> hello from the page, häßlich 😀");
  await bob.say("hello from nc");
  await page.untilShown("hello from nc");
  await page.until(NOTHING_WAITS);
  assertEquals(await page.messages(), ["hello from the page, häßlich 😀", "hello from nc"]);
  assertEquals(await page.problemsNow(), []);
}

/** Nothing is lost, nor said twice, when it is loaded again before anything can be answered. */
async function reload(page: EnginePage, bob: Peer): Promise<void> {
  await page.eval(`(() => {
    const text = document.getElementById("text");
    for (let i = 1; i <= 5; i++) {
      text.value = "line " + i;
      text.form.requestSubmit();
    }
    text.value = "still being written";
    text.dispatchEvent(new Event("input"));
  })()`);
  await page.reload();
  await bob.until("<alice> line 5");
  // What was said before is asked for, and comes last.
  await page.until("document.querySelectorAll('#lines .own[data-seq]').length === 6");
  await page.until(NOTHING_WAITS);
  assertEquals(await page.eval("document.getElementById('text').value"), "still being written");
  const said = ["line 1", "line 2", "line 3", "line 4", "line 5"];
  assertEquals((await page.messages()).slice(2), said);
  const heard = bob.seen.filter((line) => line.startsWith("<alice> line"));
  assertEquals(heard, said.map((line) => `<alice> ${line}`));
  assert(!bob.seen.some((line) => line.includes("left") || line.includes("alice~2")), bob.seen.join("\n"));
  await page.click("#say .go");
  await bob.until("<alice> still being written");
}

async function whisper(page: EnginePage, bob: Peer): Promise<void> {
  await page.click("#names [data-name=bob]");
  await page.untilShown("Only bob will see this");
  await page.say("psst");
  await bob.until("[alice] psst");
  await page.untilShown("Only you and bob");
  await bob.say("/msg alice what is it?");
  await page.untilShown("what is it?");
  await page.click("#strips button");
}

async function changeRooms(page: EnginePage, bob: Peer): Promise<void> {
  await page.click("#another-room");
  await page.type("Kitchen");
  await page.press("Enter");
  await page.until("document.getElementById('room').textContent === 'kitchen'");
  await bob.say("/join kitchen", "coffee?");
  await page.untilShown("coffee?");
  assertEquals(await page.messages(), ["coffee?"]);
  await page.click("[data-room=lobby]");
  await page.until("document.getElementById('room').textContent === 'lobby'");
  await page.untilShown("hello from nc");
}

/** Nothing is lost, nor said twice, when the server is killed and comes back. */
async function outliveServer(page: EnginePage, room: WebRoom): Promise<void> {
  await room.stopServer();
  await page.untilShown("No connection to Workshop");
  await page.say("said meanwhile");
  await page.untilShown("waits for the connection");
  await room.startServer();
  await page.eval(
    "[...document.querySelectorAll('#strips button')].find((one) => one.textContent === 'Try now')?.click()",
  );
  await page.until(`document.getElementById('text').value === '' && ${NOTHING_WAITS}`);
  const carol = await room.join("carol");
  await carol.say("after");
  await page.untilShown("after");
  assertEquals((await page.messages()).slice(-2), ["said meanwhile", "after"]);
}
