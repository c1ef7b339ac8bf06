import { assert, assertEquals } from "@std/assert";
import { inChromium } from "./in_chromium.ts";
import { WebRoom } from "./room.ts";

const PHONE = { width: 390, height: 844, scale: 2, mobile: true };

inChromium("someone with a browser and someone with nc talk with each other", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url, PHONE);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await page.say("hello from the page");
  await bob.until("<alice> hello from the page");
  await bob.say("hello from nc");
  await page.untilShown("hello from nc");
  await page.until("document.querySelectorAll('#waiting .msg').length === 0");
  assertEquals(await page.messages(), ["hello from the page", "hello from nc"]);
  assertEquals(page.problems, []);
});

inChromium("the page needs no request but itself and its WebSocket", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  await page.say("a link: http://127.0.0.1:1/picture.png");
  await page.until("document.querySelector('#lines a') !== null");
  assertEquals(page.requests, [room.url, `${room.url.replace("http", "ws")}chat`]);
});

inChromium("markup and scripts in names and texts are shown as text", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  const hostile = [
    "<img src=x onerror=globalThis.caught=1>",
    "<script>globalThis.caught = 1</script>",
    '"><svg onload=globalThis.caught=1>',
    "javascript:globalThis.caught=1",
    'http://x/"onmouseover="globalThis.caught=1',
    "`<b>code</b>` alice",
    "[link](javascript:globalThis.caught=1)",
    "/me <b>waves</b>",
    "/quit <i>left</i>",
  ];
  await bob.say(...hostile);
  await page.untilShown("<i>left</i>");
  assertEquals(await page.eval("globalThis.caught"), undefined);
  assertEquals(await page.eval("document.querySelectorAll('#lines :is(img, script, b, i, svg)').length"), 0);
  const links = await page.eval<string[]>(
    "[...document.querySelectorAll('#lines a')].map((link) => link.href)",
  );
  assert(links.every((link) => /^https?:/.test(link)), links.join());
  assertEquals(page.problems, []);
});

inChromium(
  "no element of the page has a style of its own, which its policy would refuse",
  async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open(room.url, PHONE);
    await page.comeIn("alice");
    await page.say("hello `code` alice http://example.org");
    await page.until("document.querySelector('#lines a') !== null");
    assertEquals(await page.eval("document.querySelectorAll('[style]').length"), 0);
  },
);

inChromium("several lines are said in order, and none of them is a command", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await page.eval("document.getElementById('text').focus()");
  await page.type("first");
  await page.press("Shift+Enter");
  await page.type("/etc/hosts");
  await page.press("Shift+Enter");
  await page.press("Shift+Enter");
  await page.type("third");
  await page.press("Enter");
  await bob.until("<alice> first");
  assertEquals(await bob.take(2), ["<alice> /etc/hosts", "<alice> third"]);
});

inChromium("a line that is refused comes back, with its reason and what can be done", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  const dave = await room.join("dave");
  await page.untilShown("dave came in");
  await page.say("/msg dan still there?");
  await page.untilShown("Not said: no one here is called “dan”.");
  await page.eval(
    "[...document.querySelectorAll('#waiting button')].find((one) => one.textContent === 'Write to dave').click()",
  );
  await dave.until("[alice] still there?");
  await page.untilShown("Only you and dave");
  await page.until("document.querySelectorAll('#waiting .msg').length === 0");
});

inChromium("on a narrow phone, taps open a drawer, write to one person alone, and send", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url, { ...PHONE, width: 320, height: 568 });
  await page.comeIn("alice");
  const [bob, carol] = [await room.join("bob"), await room.join("carol")];
  await page.untilShown("3 here");
  await page.eval("addEventListener('pointerdown', ({ pointerType }) => globalThis.pointer = pointerType)");
  await page.click("#who");
  assertEquals(await page.eval("globalThis.pointer"), "touch");
  await page.until("document.getElementById('people').classList.contains('open')");
  await page.click("#names [data-name=bob]");
  await page.until("!document.getElementById('people').classList.contains('open')");
  await page.untilShown("Only bob will see this");
  await page.click("#text");
  await page.type("psst");
  await page.click("#say .go");
  await bob.until("[alice] psst");
  await page.untilShown("Only you and bob");
  await page.click("#strips button");
  await page.click("#text");
  await page.type("hello all");
  await page.click("#say .go");
  await carol.until("<alice> hello all");
  assert(!carol.seen.some((line) => line.includes("psst")));
});
