import { assert, assertEquals } from "@std/assert";
import { Chromium, type Page } from "../helpers/chromium.ts";
import { inChromium } from "./in_chromium.ts";
import { WebRoom } from "./room.ts";

const NOTHING_WAITS = "document.querySelectorAll('#waiting .msg').length === 0";

inChromium(
  "a reload loses neither what is typed nor what is on its way, and says nothing twice",
  async (browser) => {
    await using room = await WebRoom.start({ data: true });
    const page = await browser.open(room.url);
    await page.comeIn("alice");
    const bob = await room.join("bob");
    // Said and loaded again before anything can be answered.
    await page.eval(`(() => {
    const text = document.getElementById("text");
    for (let i = 1; i <= 50; i++) {
      text.value = "line " + i;
      text.form.requestSubmit();
    }
    text.value = "still being written";
    text.dispatchEvent(new Event("input"));
    location.reload();
  })()`);
    await bob.until("<alice> line 50");
    await page.untilShown("line 50");
    await page.until(NOTHING_WAITS);
    assertEquals(await page.eval("document.getElementById('text').value"), "still being written");
    const said = bob.seen.filter((line) => line.startsWith("<alice>"));
    assertEquals(said, Array.from({ length: 50 }, (_, i) => `<alice> line ${i + 1}`));
    assert(!bob.seen.some((line) => line.includes("left") || line.includes("alice~2")), bob.seen.join("\n"));
    await bob.say("welcome back");
    await page.untilShown("welcome back");
    // What was answered before the page was gone is asked for anew.
    await page.until("document.querySelectorAll('#lines .own[data-seq]').length >= 50");
    assertEquals((await page.messages()).slice(-51), [
      ...Array.from({ length: 50 }, (_, i) => `line ${i + 1}`),
      "welcome back",
    ]);
  },
);

for (const data of [true, false]) {
  inChromium(
    `a server that is killed and comes back loses nothing, and nothing is said twice, ${
      data ? "with" : "without"
    } a file`,
    async (browser) => {
      await using room = await WebRoom.start({ data });
      const page = await browser.open(room.url);
      await page.comeIn("alice");
      await page.say("before");
      await page.until("document.querySelectorAll('#lines .own[data-seq]').length === 1");
      await room.stopServer();
      await page.untilShown("No connection to Workshop");
      await page.say("during one");
      await page.say("during two");
      await page.untilShown("waits for the connection");
      await room.startServer();
      await page.eval(
        "[...document.querySelectorAll('#strips button')].find((one) => one.textContent === 'Try now')?.click()",
      );
      await page.until(NOTHING_WAITS);
      const bob = await room.join("bob");
      await bob.say("after");
      await page.untilShown("after");
      assertEquals(await page.messages(), ["before", "during one", "during two", "after"]);
      assert(!await page.eval("document.body.innerText.includes('No connection')"));
    },
  );
}

inChromium("whoever comes back the next day has their name, and sees what is new", async (browser) => {
  await using room = await WebRoom.start({ data: true });
  const context = await browser.context();
  const page = await browser.open(room.url, { context });
  await page.comeIn("alice");
  await page.say("good night");
  await page.until("JSON.parse(localStorage.parley).places?.lobby?.messages === 1");
  await page.close();
  const bob = await room.join("bob");
  await bob.say("one", "two", "three", "/ping all said");
  await bob.until("-- pong all said");
  const again = await browser.open(room.url, { context });
  await again.untilShown("3 new since");
  await again.until("document.getElementById('self').textContent === 'alice'");
  const order = await again.eval<string[]>(
    "[...document.querySelectorAll('#lines :is(.text, .new)')].map((one) => one.textContent)",
  );
  assertEquals(order.slice(order.indexOf("one") - 1, order.indexOf("one")), [
    order.find((one) => one.startsWith("3 new"))!,
  ]);
});

inChromium(
  "a duplicate of a tab, which has its storage, takes neither its name nor its place",
  async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open(room.url);
    await page.comeIn("alice");
    assertEquals(await page.eval("Object.keys(sessionStorage).filter((key) => key !== 'parley-draft')"), []);
    const other = await opened(browser, page, `open(location.href)`);
    await other.until("!document.getElementById('app').inert");
    await other.say("from the duplicate");
    await page.show();
    await page.untilShown("from the duplicate");
    await page.say("from the first");
    await other.show();
    await other.untilShown("from the first");
    assertEquals(await page.eval("document.querySelectorAll('#strips > *').length"), 0);
  },
);

inChromium("two tabs are one person, who is told of once, and show everything once", async (browser) => {
  await using room = await WebRoom.start();
  const bob = await room.join("bob");
  const context = await browser.context();
  const first = await browser.open(room.url, { context });
  await first.comeIn("alice");
  await bob.until("-- alice joined");
  const second = await browser.open(room.url, { context });
  await second.until("document.getElementById('self').textContent === 'alice'");
  const tabs = [first, second];
  const said = ["from the first", "from the second"];
  for (const [i, tab] of tabs.entries()) {
    await tab.show();
    await tab.say(said[i]);
    await bob.until(`<alice> ${said[i]}`);
  }
  await bob.say("hello both of you", "/who");
  assertEquals(await bob.until("here:"), "-- 2 here: alice, bob");
  for (const tab of tabs) {
    await tab.show();
    await tab.untilShown("hello both of you");
    await tab.until(NOTHING_WAITS);
    assertEquals(await tab.messages(), [...said, "hello both of you"]);
  }
  await second.close();
  await first.show();
  await first.say("one is left");
  await bob.until("<alice> one is left");
  assertEquals(bob.seen.filter((line) => /^-- .*(joined|left)/.test(line)), ["-- alice joined"]);
});

inChromium("back and forward lose nothing", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await page.say("I go and look something up");
  await page.until(`document.querySelectorAll('#lines .own[data-seq]').length === 1 && ${NOTHING_WAITS}`);
  await page.go("about:blank");
  await page.until("location.href === 'about:blank'");
  await bob.say("take your time", "/ping said");
  await bob.until("-- pong said");
  await page.eval("void setTimeout(() => history.back())");
  await page.untilShown("take your time");
  await page.eval("void setTimeout(() => history.forward())");
  await page.until("location.href === 'about:blank'");
  await bob.say("no hurry", "/ping said again");
  await bob.until("-- pong said again");
  await page.eval("void setTimeout(() => history.back())");
  await page.untilShown("no hurry");
  await page.say("here I am");
  await bob.until("<alice> here I am");
  await page.until(`document.querySelectorAll('#lines .own[data-seq]').length === 2 && ${NOTHING_WAITS}`);
  assertEquals(await page.messages(), [
    "I go and look something up",
    "take your time",
    "no hurry",
    "here I am",
  ]);
  assert(!bob.seen.some((line) => line.includes("left")), bob.seen.join("\n"));
});

inChromium(
  "an operator who sends someone out is told of, and coming back is a press away",
  async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open(room.url);
    await page.comeIn("alice");
    await room.operate("/kick alice too loud");
    await page.untilShown("The server ended this connection");
    await page.untilShown("You were kicked: too loud");
    await page.say("typed meanwhile");
    await page.click("#strips button");
    await page.until(`document.querySelectorAll('#lines .own[data-seq]').length === 1 && ${NOTHING_WAITS}`);
    assertEquals(await page.messages(), ["typed meanwhile"]);
  },
);

inChromium("forget me on this device forgets the name, the identity, and what was read", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url);
  await page.comeIn("alice");
  await page.click("#change-name");
  await page.click("#forget");
  await page.click("#forget");
  await page.untilShown("What shall the others call you?");
  assertEquals(await page.eval("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"), []);
  assertEquals(await page.eval("document.getElementById('name').value"), "");
});

/** The page that an expression opens in another one. */
async function opened(browser: Chromium, page: Page, expression: string): Promise<Page> {
  const target = Promise.withResolvers<string>();
  await browser.send("Target.setDiscoverTargets", { discover: true });
  const stop = browser.listen(({ method, params }) => {
    if (method === "Target.targetCreated" && params.targetInfo.openerId !== undefined) {
      target.resolve(params.targetInfo.targetId);
    }
  });
  await page.eval(`void ${expression}`);
  const other = await browser.attach(await target.promise);
  stop();
  return other;
}

inChromium(
  "what was on the screen last is there before the server has answered, but nothing private",
  async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open(room.url);
    await page.comeIn("alice");
    const bob = await room.join("bob");
    await bob.say("/msg alice psst", "for all to see");
    await page.until("JSON.parse(localStorage.parley).screen?.rows.at(-1).includes('for all to see')");
    // No connection comes about.
    await page.send("Page.addScriptToEvaluateOnNewDocument", {
      source: "WebSocket = class extends EventTarget { close() {} }",
    });
    await page.reload();
    await page.untilShown("for all to see");
    assertEquals(await page.eval("document.getElementById('lines').innerText.includes('psst')"), false);
    assertEquals(await page.eval("document.getElementById('app').inert"), true);
    await page.untilShown("No connection");
  },
);

inChromium(
  "where there is a password, a browser keeps nothing of what was on the screen",
  async (browser) => {
    await using room = await WebRoom.start({ password: "open sesame" });
    const page = await browser.open(room.url);
    await page.comeIn("alice", "open sesame");
    await page.say("behind the door");
    await page.until("JSON.parse(localStorage.parley).places?.lobby?.messages === 1");
    assertEquals(await page.eval("localStorage.parley.includes('behind the door')"), false);
  },
);
