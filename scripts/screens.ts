/**
 * Takes pictures of the page in all its states: `deno task screens [FOLDER [STATE…]]`, in `screens/` without a folder.
 *
 * @module
 */
import { Chromium, type Device, type Page } from "../tests/helpers/chromium.ts";
import { WebRoom } from "../tests/browser/room.ts";
import { LONG, talkLately, talkYesterday } from "./screens/story.ts";

/** On what each state is shown. */
const DEVICES: Record<string, Device> = {
  "320": { width: 320, height: 640, scale: 2, mobile: true },
  "390": { width: 390, height: 844, scale: 2, mobile: true },
  "768": { width: 768, height: 1024, scale: 1, mobile: true },
  "1440": { width: 1440, height: 900 },
};

/** Where a state is shown, and what leads to it from a page that was just opened. */
interface State {
  /** The server: with a password, without anything said, with a day's talk, or with long names and words. */
  readonly room: "secret" | "empty" | "story" | "long";
  readonly reach: (page: Page, room: WebRoom) => Promise<void>;
}

const STATES: Record<string, State> = {
  first: { room: "story", reach: async (page) => await page.untilShown("What shall") },
  password: {
    room: "secret",
    async reach(page) {
      await nameAtGate(page);
      await page.untilShown("Password");
      await page.type("opensesame");
      await page.press("Enter");
      await page.until("document.getElementById('password-wrong').textContent !== ''");
    },
  },
  empty: {
    room: "empty",
    async reach(page) {
      await nameAtGate(page);
      await page.untilShown("Nothing has been said");
    },
  },
  room: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.say("Me, in five minutes");
      await page.until("document.querySelectorAll('#waiting .msg').length === 0");
    },
  },
  phone: { room: "story", reach: async (page) => (await comeIn(page), await press(page, "menu")) },
  people: { room: "story", reach: async (page) => (await comeIn(page), await press(page, "who")) },
  unread: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.until("JSON.parse(localStorage.parley).places?.lobby !== undefined");
      // As if the last visit had been yesterday, in another tab.
      await page.eval(`document.addEventListener("visibilitychange", () => {
        const kept = JSON.parse(localStorage.parley);
        kept.places.lobby = { ...kept.places.lobby, seq: 8, time: Date.now() - 80000000, messages: 3 };
        localStorage.parley = JSON.stringify(kept);
        sessionStorage.clear();
      })`);
      await page.reload();
      await page.until("document.querySelector('.day.new') !== null");
    },
  },
  away: {
    room: "story",
    async reach(page, room) {
      await comeIn(page);
      await page.eval("document.getElementById('log').scrollTop = 80");
      await page.until("!document.getElementById('newest').hidden");
      const frank = await room.join("fiona");
      for (let i = 1; i < 12; i++) await frank.say(`the ${i}. thing that was said meanwhile`);
      await frank.say("alice: are you there?");
      await page.untilShown("for you");
    },
  },
  offline: {
    room: "story",
    async reach(page, room) {
      await comeIn(page);
      await room.stopServer();
      await page.untilShown("No connection");
      await page.say("I am under the stairs, the Wi-Fi is bad here");
      await page.say("back in a minute");
      await page.untilShown("waits for the connection");
    },
  },
  error: {
    room: "story",
    async reach(page, room) {
      await comeIn(page);
      await page.say("/msg dan is the meeting still on?");
      await page.untilShown("Not said");
      await page.say("/jion kitchen");
      await room.operate("/kick alice too loud");
      await page.untilShown("ended this connection");
    },
  },
  search: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.say("/search printer");
      await page.untilShown("with “printer”");
    },
  },
  invite: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.eval("document.querySelector('.top .invite').click()");
      await page.until("document.getElementById('invite').open");
    },
  },
  name: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.say("/name bob");
      await page.until("document.getElementById('naming').open");
    },
  },
  long: { room: "long", reach: comeIn },
  private: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.eval("document.querySelector('[data-name=bob]').click()");
      await page.type("yes, one piece, in the fridge");
    },
  },
  complete: {
    room: "story",
    async reach(page) {
      await comeIn(page);
      await page.eval("document.getElementById('text').focus()");
      await page.type("ca");
      await page.until("!document.getElementById('pick').hidden");
    },
  },
};

async function nameAtGate(page: Page): Promise<void> {
  await page.untilShown("What shall");
  await page.eval("document.getElementById('name').focus()");
  await page.type("alice");
  await page.press("Enter");
}

async function comeIn(page: Page): Promise<void> {
  await nameAtGate(page);
  await page.until(
    "!document.getElementById('app').inert && document.getElementById('here').textContent !== '1 here'",
  );
}

async function press(page: Page, id: string): Promise<void> {
  await page.eval(`document.getElementById('${id}').click()`);
}

/** Starts the server that a state needs. */
async function startRoom(kind: State["room"]): Promise<WebRoom> {
  const room = await WebRoom.start({ data: true, password: kind === "secret" ? "open sesame" : undefined });
  if (kind === "story") {
    await talkYesterday(room);
    await talkLately(room);
  }
  if (kind === "long") { for (const [name, text] of LONG) await (await room.join(name)).say(text); }
  return room;
}

/** Pictures of one state on all devices, light and dark. */
async function picture(name: string, { room: kind, reach }: State, folder: string): Promise<void> {
  await using room = await startRoom(kind);
  await using browser = await Chromium.launch();
  const [first, ...others] = Object.entries(DEVICES);
  const page = await browser.open(room.url, { ...first[1], context: await browser.context() });
  await reach(page, room);
  for (const [width, device] of [first, ...others]) {
    for (const dark of [false, true]) {
      await page.become({ ...device, dark });
      await page.eval("new Promise((resolve) => setTimeout(resolve, 400))");
      await page.shot(`${folder}/${name}-${width}-${dark ? "dark" : "light"}.png`);
    }
  }
  if (page.problems.length > 0) console.error(`${name}: ${page.problems.join("\n")}`);
}

if (import.meta.main) {
  const [folder = "screens", ...wanted] = Deno.args;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, state] of Object.entries(STATES)) {
    if (wanted.length === 0 || wanted.includes(name)) {
      await picture(name, state, folder).catch((error) => console.error(name, error));
    }
  }
}
