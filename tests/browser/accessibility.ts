import { assert, assertEquals } from "@std/assert";
import { type Page } from "../helpers/chromium.ts";
import type { Json } from "../helpers/peer.ts";
import { inChromium } from "./in_chromium.ts";
import { WebRoom } from "./room.ts";

/** The least contrast of text with what is behind it (WCAG 2.2, 1.4.3). */
const MIN_CONTRAST = 4.5;

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 320, height: 640, scale: 2, mobile: true };

/** What a screen reader is told: role and name of each element that has one. */
async function treeOf(page: Page): Promise<string[]> {
  const { nodes } = await page.send("Accessibility.getFullAXTree");
  return nodes.filter(({ ignored }: Json) => !ignored)
    .map(({ role, name }: Json) => `${role?.value}: ${name?.value ?? ""}`.trim());
}

inChromium("a screen reader is told of regions, the log, and what every control does", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url, DESK);
  await page.comeIn("alice");
  const bob = await room.join("bob");
  await bob.say("hi alice");
  await page.untilShown("hi alice");
  await page.untilShown("2 here");
  const tree = await treeOf(page);
  for (
    const expected of [
      "navigation: Rooms",
      "main:",
      "log: Messages in lobby",
      "complementary: People",
      "textbox: Say something in lobby as alice",
      "button: Say it",
      "button: Search",
      "button: bob",
    ]
  ) assert(tree.includes(expected), `${expected} is not in\n${tree.join("\n")}`);
  assert(tree.some((one) => one.startsWith("heading: Today")));
  assert(tree.some((one) => one.includes("For you:")));
  assertEquals(tree.filter((one) => /^(button|textbox|link|searchbox):$/.test(one)), []);
});

inChromium("a closed drawer cannot be reached, and an open one gives the focus back", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url, PHONE);
  await page.comeIn("alice");
  assert(!(await treeOf(page)).includes("navigation: Rooms"));
  await page.click("#menu");
  await page.until("document.getElementById('rooms').contains(document.activeElement)");
  assert((await treeOf(page)).includes("navigation: Rooms"));
  await page.press("Escape");
  await page.until("document.activeElement.id === 'menu'");
});

inChromium("the keyboard alone is enough", async (browser) => {
  await using room = await WebRoom.start();
  const page = await browser.open(room.url, DESK);
  await page.comeIn("alice");
  const bob = await room.join("bobby");
  await page.untilShown("2 here");
  await page.say("one");
  await bob.until("<alice> one");
  await page.press("ArrowUp");
  assertEquals(await page.eval("document.getElementById('text').value"), "one");
  await page.press("ArrowDown");
  await page.type("bo");
  await page.press("Tab");
  assertEquals(await page.eval("document.getElementById('text').value"), "bobby: ");
  await page.type("hello");
  await page.press("Enter");
  await bob.until("<alice> bobby: hello");
  await page.press("F6");
  await page.until("document.getElementById('people').contains(document.activeElement)");
  await page.eval("document.getElementById('log').focus()");
  await page.press("x");
  await page.until("document.activeElement.id === 'text'");
  await page.eval("document.getElementById('log').focus()");
  await page.press("/");
  await page.until("document.activeElement.id === 'words'");
  await page.press("Escape");
  await page.until("document.getElementById('found').hidden");
});

/** The least contrast of all texts that are shown, and where it is. */
const CONTRAST = `(() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const after = at.matches(".call") ? getComputedStyle(at, "::after").backgroundColor : "";
      const colors = [getComputedStyle(at).backgroundColor, after].filter(Boolean).map(rgb).filter((color) => color[3] > 250);
      if (colors.length > 0) return colors[0];
    }
    return [255, 255, 255];
  };
  let worst = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || !element.checkVisibility() || element.closest(".hear, script, style, noscript")) continue;
    const [text, behind] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(text, behind) + .05) / (Math.min(text, behind) + .05);
    if (contrast < worst[0]) worst = [contrast, walker.currentNode.data];
  }
  return worst;
})()`;

for (const dark of [false, true]) {
  inChromium(`every text has enough contrast, in the ${dark ? "dark" : "light"}`, async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open(room.url, { ...DESK, dark });
    await page.untilShown("What shall");
    const [atGate] = await page.eval<[number, string]>(CONTRAST);
    assert(atGate >= MIN_CONTRAST, `${atGate} at the gate`);
    await page.comeIn("alice");
    for (let i = 0; i < 24; i++) {
      await (await room.join(`person${i}`)).say(
        `hi ${i % 5 === 0 ? "alice" : "all"}, \`code\` and http://example.org`,
      );
    }
    await page.untilShown("hi all");
    await page.say("/msg nobody psst");
    await page.untilShown("Not said");
    await page.say("/msg person1 psst");
    await page.untilShown("Only you and person1");
    const [contrast, text] = await page.eval<[number, string]>(CONTRAST);
    assert(contrast >= MIN_CONTRAST, `${contrast}: ${text}`);
  });
}

for (
  const [what, device] of Object.entries({
    "320 px": PHONE,
    "200 % zoom of 1,280 px": { width: 640, height: 400, scale: 2 },
    "4K": { width: 3840, height: 2160 },
  })
) {
  inChromium(`nothing sticks out at ${what}`, async (browser) => {
    await using room = await WebRoom.start();
    const page = await browser.open(room.url, device);
    await page.comeIn("Bartholomew-Featherstonehaugh-Jr");
    await page.say(
      `${"Donaudampfschifffahrt".repeat(20)} http://192.168.55.20/${"a".repeat(300)} \`${"c".repeat(200)}\``,
    );
    await page.until("document.querySelectorAll('#lines .own[data-seq]').length === 1");
    assertEquals(
      await page.eval(
        `[document.documentElement, document.getElementById("log"), document.getElementById("main")]
        .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.id || one.tagName)`,
      ),
      [],
    );
  });
}
