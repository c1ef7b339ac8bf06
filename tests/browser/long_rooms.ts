import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Page } from "../helpers/chromium.ts";
import { inChromium } from "./in_chromium.ts";
import { WebRoom } from "./room.ts";

/** The most elements in the document, however long the room. */
const MAX_ELEMENTS = 1000;

const ELEMENTS = "document.getElementsByTagName('*').length";

/** Fills a room with messages, `message 1` to `message COUNT`, while its server is stopped. */
async function fill(room: WebRoom, count: number): Promise<void> {
  const bob = await room.join("bob");
  await bob.say("message 0", "/ping said");
  await bob.until("-- pong said");
  await room.stopServer("SIGTERM");
  {
    using file = new DatabaseSync(room.file);
    const { place } = file.prepare("SELECT max(place) AS place FROM entries").get() as { place: number };
    file.exec("BEGIN");
    const insert = file.prepare(
      "INSERT INTO entries (place, time, kind, name, text, member) VALUES (?, ?, 'said', 'bob', ?, 'b')",
    );
    for (let i = 1; i <= count; i++) {
      insert.run(place + i, new Date(Date.now() - (count - i) * 1000).toISOString(), `message ${i}`);
    }
    file.exec("COMMIT");
  }
  await room.startServer();
}

/** The number of the message at the top of the screen. */
function top(page: Page): Promise<number> {
  return page.eval(`(() => {
    const log = document.getElementById("log").getBoundingClientRect();
    const first = [...document.querySelectorAll("#lines .msg")].find((row) => row.getBoundingClientRect().bottom > log.top);
    return Number(/message (\\d+)/.exec(first?.textContent ?? "")?.[1]);
  })()`);
}

inChromium(
  "scrolling back through 100,000 messages never jumps, and keeps the document small",
  async (browser) => {
    await using room = await WebRoom.start({ data: true });
    await fill(room, 100_000);
    const page = await browser.open(room.url, { width: 390, height: 844, mobile: true });
    await page.comeIn("alice");
    await page.untilShown("message 100000");
    // As a wheel does, with a look at each frame: what is at the top may only be what was, or what is right before it.
    const { steps, worst, most } = await page.eval(`(async () => {
    const log = document.getElementById("log");
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const rows = () => [...document.querySelectorAll("#lines .msg")].map((row) => [row.textContent, row.getBoundingClientRect().top]);
    let [steps, worst, most] = [0, 0, 0];
    for (; steps < 400; steps++) {
      const before = new Map(rows());
      const at = log.scrollTop;
      log.scrollTop -= 300;
      const moved = at - log.scrollTop;
      await frame();
      const shown = rows().filter(([text, top]) => before.has(text) && top > 0 && top < 844);
      for (const [text, top] of shown) worst = Math.max(worst, Math.abs(top - before.get(text) - moved));
      most = Math.max(most, ${ELEMENTS});
      if (moved === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { steps, worst, most };
  })()`);
    assertEquals(steps, 400);
    assert(worst <= 2, `a row jumped by ${worst} px`);
    assert(most <= MAX_ELEMENTS, `${most} elements`);
    assert(await top(page) < 98_000, `only at ${await top(page)}`);
    const bob = await room.join("carol");
    await bob.say("something new", "something else");
    await page.untilShown("2 new");
    await page.click("#newest");
    await page.untilShown("something else");
    assert(await page.eval<number>(ELEMENTS) <= MAX_ELEMENTS);
  },
);

inChromium(
  "a search result far back is gone to, and reading on from it leads to the newest",
  async (browser) => {
    await using room = await WebRoom.start({ data: true });
    await fill(room, 1000);
    const page = await browser.open(room.url, { width: 1440, height: 900 });
    await page.comeIn("alice");
    await page.untilShown("message 1000");
    await page.say("/search message 321");
    await page.untilShown("1 with “message 321”");
    await page.click("#hits .hit");
    await page.until("document.querySelector('.reached')?.textContent.includes('message 321')");
    assert(
      await page.eval(
        "(() => { const { top, bottom } = document.querySelector('.reached').getBoundingClientRect(); return top > 0 && bottom < innerHeight; })()",
      ),
    );
    await page.eval(`(async () => {
    const log = document.getElementById("log");
    while (!document.querySelector("#lines").textContent.includes("message 1000")) {
      log.scrollTop += 400;
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
  })()`);
    const shown = await page.eval<string[]>(
      "[...document.querySelectorAll('#lines .msg .text')].map((text) => text.textContent).filter((text) => text.startsWith('message'))",
    );
    const numbers = shown.map((text) => Number(text.slice("message ".length)));
    assert(numbers.every((number, i) => i === 0 || number === numbers[i - 1] + 1), numbers.join());
    assert(await page.eval<number>(ELEMENTS) <= MAX_ELEMENTS);
  },
);

inChromium("hundreds of people are listed and found", async (browser) => {
  await using room = await WebRoom.start({ args: ["--max-per-address", "2000"] });
  const page = await browser.open(room.url, { width: 1440, height: 900 });
  await page.comeIn("alice");
  await Promise.all(Array.from({ length: 300 }, (_, i) => room.join(`person${i}`)));
  await page.untilShown("301 here");
  assert(await page.eval<number>(ELEMENTS) <= MAX_ELEMENTS);
  await page.click("#who-word");
  await page.type("person299");
  await page.until("document.querySelectorAll('#names li').length === 1");
});
