import { assert, assertEquals } from "@std/assert";
import { CuttingProxy } from "../helpers/cutting_proxy.ts";
import { inChromium } from "./in_chromium.ts";
import { WebRoom } from "./room.ts";

const PHONE = { width: 390, height: 844, scale: 2, mobile: true };

/** What becomes of a page meanwhile, and whether it is stopped: Chromium then ends its connection when it goes on. */
const SLEEPS = { "its page was stopped": true, "its page has not noticed": false };

for (const [what, frozen] of Object.entries(SLEEPS)) {
  inChromium(
    `a phone that slept for ten minutes comes back without a second name, a gap or a tap: ${what}`,
    async (browser) => {
      await using room = await WebRoom.start({ script: "tests/helpers/passing_time.ts" });
      await using network = new CuttingProxy(room.port);
      const page = await browser.open(`http://127.0.0.1:${network.address.port}/`, PHONE);
      await page.comeIn("alice");
      const bob = await room.join("bob");
      await page.say("before");
      await bob.until("<alice> before");
      await page.until("document.querySelectorAll('#waiting .msg').length === 0");
      // The phone is out of reach, and its page behind another one, before what is said last has gone anywhere.
      network.mute();
      await page.say("into the void");
      const other = await browser.open("about:blank");
      await other.show();
      await page.until("document.visibilityState === 'hidden'");
      if (frozen) await page.send("Page.setWebLifecycleState", { state: "frozen" });
      // It is missed, and then its name is given up.
      for (const time of ["first", "second"]) {
        await room.passTime();
        await bob.say(`${time} ten minutes`, "/ping passed");
        await bob.until("-- pong passed");
      }
      await bob.say("is anyone here?");
      if (!bob.seen.some((line) => line.startsWith("-- alice left"))) await bob.until("-- alice left");
      const lines = Array.from({ length: 40 }, (_, i) => `line ${i + 1}`);
      await bob.say(...lines, "/who");
      assertEquals(await bob.until("here:"), "-- 1 here: bob");
      if (frozen) await page.send("Page.setWebLifecycleState", { state: "active" });
      await page.show();
      await bob.until("<alice> into the void");
      await page.until("document.querySelectorAll('#lines .own[data-seq]').length === 2");
      assertEquals(await page.messages(), [
        "before",
        "first ten minutes",
        "second ten minutes",
        "is anyone here?",
        ...lines,
        "into the void",
      ]);
      assertEquals(await page.eval("document.getElementById('self').textContent"), "alice");
      assertEquals(await page.eval("document.querySelectorAll('#strips > *').length"), 0);
      const told = bob.seen.filter((line) => /^-- .*alice/.test(line));
      assertEquals(told.slice(-2), ["-- alice left: connection lost", "-- alice joined"]);
      assert(!bob.seen.some((line) => line.includes("alice~2")), bob.seen.join("\n"));
    },
  );
}

inChromium(
  "whoever does not reach the server for long is told that it may have another address, and what to do",
  async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open("about:blank");
    await page.send("Page.addScriptToEvaluateOnNewDocument", {
      source: `{
        const now = performance.now.bind(performance);
        globalThis.passed = 0;
        performance.now = () => now() + passed;
      }`,
    });
    await page.go(room.url);
    await page.comeIn("alice");
    await room.stopServer();
    await page.untilShown("No connection to Workshop");
    await page.untilShown("What you say waits here.");
    assert(!await page.eval("document.body.innerText.includes('another address')"), "it is told too early");
    await page.eval("passed += 20_000");
    await page.untilShown("If it has another address now, scan its code again.");
    await room.startServer();
    await page.eval(
      "[...document.querySelectorAll('#strips button')].find((one) => one.textContent === 'Try now')?.click()",
    );
    await page.until("document.querySelectorAll('#strips > *').length === 0");
  },
);
