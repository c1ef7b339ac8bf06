import { assert, assertEquals } from "@std/assert";
import { inChromium } from "./in_chromium.ts";
import { WebRoom } from "./room.ts";

inChromium("a password is asked for, a wrong one is told of, and the right one lets in", async (browser) => {
  await using room = await WebRoom.start({ password: "open sesame" });
  const page = await browser.open(room.url);
  await page.until("document.activeElement?.id === 'name'");
  await page.type("alice");
  await page.press("Enter");
  await page.until("document.activeElement?.id === 'password'");
  assert(
    !await page.eval("document.body.innerText.includes('Workshop')"),
    "the server's name is told too early",
  );
  await page.type("open barley");
  await page.press("Enter");
  await page.until("document.getElementById('password-wrong').textContent.includes('Wrong password')");
  assertEquals(await page.eval("document.getElementById('password').getAttribute('aria-invalid')"), "true");
  await page.type("open sesame");
  await page.press("Enter");
  await page.until("!document.getElementById('app').inert");
  await page.untilShown("Workshop");
  // Loaded again, the tab knows it.
  await page.reload();
  await page.until("!document.getElementById('app').inert");
});

inChromium("rooms: going there, what was not read, and a call from elsewhere", async (browser) => {
  await using room = await WebRoom.start({ data: true });
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await page.click("#another-room");
  await page.type("Kitchen");
  await page.press("Enter");
  await page.until("document.getElementById('room').textContent === 'kitchen'");
  await page.say("is there coffee?");
  await page.until("document.querySelectorAll('#lines .own[data-seq]').length === 1");
  await page.until("JSON.parse(localStorage.parley).places?.kitchen?.messages === 1");
  await page.click("[data-room=lobby]");
  await page.until("document.getElementById('room').textContent === 'lobby'");
  assertEquals(await page.messages(), []);
  await bob.say("/join kitchen", "yes", "alice: come and get it");
  await page.until("document.querySelector('[data-room=kitchen] .count')?.textContent === 'for you: @1'");
  await page.press("Alt+Shift+ArrowDown");
  await page.untilShown("come and get it");
  await page.untilShown("2 new since");
  assertEquals(await page.messages(), ["is there coffee?", "yes", "For you: alice: come and get it"]);
});

inChromium("the address can name the room", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(`${room.url}?room=kitchen`);
  await page.comeIn("alice");
  await page.until("document.getElementById('room').textContent === 'kitchen'");
  await page.say("/join garden");
  await page.until("location.search === '?room=garden'");
});

inChromium("a name that is taken is told of at once, and another one can be chosen", async (browser) => {
  await using room = await WebRoom.start();
  await room.join("bob");
  const page = await browser.open(room.url);
  await page.comeIn("bob");
  await page.until("document.getElementById('naming').open");
  await page.untilShown("The name “bob” is taken");
  await page.type("rob");
  await page.press("Enter");
  await page.until("document.getElementById('self').textContent === 'rob'");
});
