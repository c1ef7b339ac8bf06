import { assert, assertEquals } from "@std/assert";
import { Chromium, IN_CHROMIUM } from "../helpers/chromium.ts";
import { testWith } from "../helpers/needs.ts";
import { WebRoom } from "./room.ts";

/** How long, in milliseconds, a key may take to be answered. */
const MAX_KEY_MS = 100;

/** How long, in milliseconds, the first message may take on a phone whose processor is four times slower. */
const MAX_FIRST_MS = 300;

const PHONE = { width: 390, height: 844, scale: 2, mobile: true };

/** What is measured in milliseconds needs a machine on which nothing else runs. */
const ALONE = {
  ...IN_CHROMIUM,
  others: { ...IN_CHROMIUM.others, "ALONE=1, on a machine that does nothing else": isAlone() },
};

/** Notes in a page when the first row is on the screen. */
const FIRST_SHOWN = `new MutationObserver((_, observer) => {
  if (!document.getElementById("lines")?.firstChild) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => globalThis.firstShown = performance.now()));
}).observe(document, { childList: true, subtree: true });`;

testWith(ALONE, "keys are answered within 100 ms while 2,000 messages come in a second", async () => {
  await using room = await WebRoom.start();
  await using browser = await Chromium.launch();
  const page = await browser.open(room.url, PHONE);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await page.eval(`(() => {
    globalThis.delays = [];
    const text = document.getElementById("text");
    text.focus();
    text.addEventListener("keydown", (event) => {
      requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - event.timeStamp)));
    });
  })()`);
  const pressing = (async () => {
    for (let i = 0; i < 40; i++) await page.press("a");
  })();
  for (let part = 0; part < 20; part++) {
    await bob.say(...Array.from({ length: 100 }, (_, i) => `message ${part * 100 + i + 1}`));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await pressing;
  await page.untilShown("message 2000");
  await page.until("delays.length === 40");
  const delays = await page.eval<number[]>("delays");
  assert(Math.max(...delays) <= MAX_KEY_MS, `answered after ${delays.map(Math.round).join(", ")} ms`);
  assertEquals(await page.eval("document.getElementById('text').value"), "a".repeat(40));
});

testWith(ALONE, "the first message is on the screen of a slow phone within 300 ms", async () => {
  await using room = await WebRoom.start();
  await using browser = await Chromium.launch();
  const bob = await room.join("bob");
  await bob.say(
    ...Array.from({ length: 20 }, (_, i) => `message ${i + 1} with \`code\` and http://example.org/${i}`),
  );
  const context = await browser.context();
  const visit = await browser.open(room.url, { ...PHONE, context });
  await visit.comeIn("alice");
  await visit.untilShown("message 20");
  await visit.close();
  const times = [];
  for (let i = 0; i < 9; i++) {
    const page = await browser.open("about:blank", { ...PHONE, context, slowdown: 4, unwatched: true });
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: FIRST_SHOWN });
    await page.go(room.url);
    await page.until("globalThis.firstShown !== undefined");
    times.push(await page.eval<number>("firstShown"));
    await page.close();
  }
  const median = times.toSorted((a, b) => a - b)[4];
  assert(median <= MAX_FIRST_MS, `after ${times.map(Math.round).join(", ")} ms`);
});

function isAlone(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "ALONE" });
  return state === "granted" && Deno.env.get("ALONE") === "1";
}
