import { assert, assertEquals } from "@std/assert";
import { Chromium, IN_CHROMIUM } from "../helpers/chromium.ts";
import { testWith } from "../helpers/needs.ts";
import { median } from "../helpers/numbers.ts";
import { ALONE } from "../helpers/timing.ts";
import { WebRoom } from "./room.ts";

/** How long, in milliseconds, a key may take to be answered. */
const MAX_KEY_MS = 100;

/** How long, in milliseconds, the first message may take on a phone whose processor is four times slower. */
const MAX_FIRST_MS = 300;

const PHONE = { width: 390, height: 844, scale: 2, mobile: true };

const NEEDS = { ...IN_CHROMIUM, others: { ...IN_CHROMIUM.others, ...ALONE } };

/** The least that a page can do: it opens a WebSocket, and shows what comes. */
const BARE = `<!doctype html><meta name="viewport" content="width=device-width"><div id="lines"></div><script>
  const socket = new WebSocket("ws://" + location.host);
  socket.onopen = () => socket.send("hello");
  socket.onmessage = ({ data }) => document.getElementById("lines").append(document.createTextNode(data));
</script>`;

/** How many times as long as the bare page the page may take on a machine that is too slow for that. */
const TIMES_BARE = 3;

/** Notes in a page when the first row is on the screen. */
const FIRST_SHOWN = `new MutationObserver((_, observer) => {
  if (!document.getElementById("lines")?.firstChild) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => globalThis.firstShown = performance.now()));
}).observe(document, { childList: true, subtree: true });`;

testWith(NEEDS, "keys are answered within 100 ms while 2,000 messages come in a second", async () => {
  await using room = await WebRoom.start();
  await using browser = await Chromium.launch();
  const page = await browser.open(room.url, PHONE);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  // From a key to the frame that shows it.
  await page.eval(`(() => {
    globalThis.delays = [];
    const text = document.getElementById("text");
    text.focus();
    text.addEventListener("keydown", (event) => {
      requestAnimationFrame(() => delays.push(performance.now() - event.timeStamp));
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

testWith(
  NEEDS,
  "the first message is on the screen of a slow phone within 300 ms, or soon on a slow machine",
  async () => {
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
    await visit.until("JSON.parse(localStorage.parley).screen?.rows.length > 0");
    await visit.close();
    await using bare = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, serveBare);
    const times: Record<string, number[]> = { [room.url]: [], [`http://127.0.0.1:${bare.addr.port}/`]: [] };
    for (let i = 0; i < 9; i++) {
      for (const [url, all] of Object.entries(times)) {
        const page = await browser.open("about:blank", { ...PHONE, context, slowdown: 4, unwatched: true });
        await page.send("Page.addScriptToEvaluateOnNewDocument", { source: FIRST_SHOWN });
        await page.go(url);
        await page.until("globalThis.firstShown !== undefined");
        all.push(Math.round(await page.eval<number>("firstShown")));
        await page.close();
      }
    }
    const [ours, least] = Object.values(times).map(median);
    assert(ours <= Math.max(MAX_FIRST_MS, TIMES_BARE * least), JSON.stringify(times));
    console.log(`the first message after ${ours} ms; in a page that does nothing else, after ${least} ms`);
  },
);

function serveBare(request: Request): Response {
  if (request.headers.get("upgrade") === null) {
    return new Response(BARE, { headers: { "Content-Type": "text/html" } });
  }
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = () => socket.send("hello");
  return response;
}
