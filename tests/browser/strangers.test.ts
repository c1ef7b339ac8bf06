import { assertEquals } from "@std/assert";
import { Chromium, IN_CHROMIUM, type Page } from "../helpers/chromium.ts";
import { testWith } from "../helpers/needs.ts";
import { WebRoom } from "./room.ts";

/** A name of an attacker that leads to the server. */
const REBOUND = "rebound.example";

/** What a page tries with a server: to talk as someone, to post, and to read. Returns what it got. */
function attempts(host: string): string {
  return `(async () => {
    const talk = new Promise((resolve) => {
      const socket = new WebSocket("ws://${host}/chat");
      socket.onopen = () => socket.send("/name mallory\\nI am in\\n/ping in\\n");
      socket.onmessage = ({ data }) => data.includes("pong in") && resolve("in the room");
      socket.onclose = () => resolve("closed");
    });
    const body = "/name mallory\\nI have posted\\n";
    const post = (path, mode) => fetch("http://${host}" + path, { method: "POST", mode, body })
      .then(({ type, status }) => type + " " + status, () => "failed");
    const read = fetch("http://${host}/").then(({ status }) => "read " + status, () => "failed");
    return [await talk, await post("/say?name=mallory", "no-cors"), await post("/", "cors"), await read];
  })()`;
}

/** Lets a page try all that, and returns what it got, and with which statuses the server has answered. */
async function tryAll(browser: Chromium, page: Page, host: string): Promise<[got: string[], told: number[]]> {
  const told = new Set<number>();
  const stop = browser.listen(({ method, params }) => {
    if (method === "Network.responseReceivedExtraInfo") told.add(params.statusCode);
    // The page itself is not told why there is no WebSocket.
    const status = /response code: (\d+)/.exec(params?.errorMessage ?? "");
    if (method === "Network.webSocketFrameError" && status !== null) told.add(Number(status[1]));
  });
  const got = await page.eval<string[]>(attempts(host));
  stop();
  return [got, [...told]];
}

testWith(
  IN_CHROMIUM,
  "a foreign page is refused when it connects, posts or reads, and so is one whose name was made to lead here",
  async () => {
    await using room = await WebRoom.start();
    await using foreign = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () =>
        new Response("<title>foreign</title><link rel=icon href=data:,>", {
          headers: { "Content-Type": "text/html" },
        }),
    );
    await using browser = await Chromium.launch({ names: [REBOUND] });
    const bob = await room.join("bob");
    const page = await browser.open(`http://127.0.0.1:${foreign.addr.port}/`);
    await page.until("document.title === 'foreign'");
    assertEquals(await tryAll(browser, page, `127.0.0.1:${room.port}`), [
      ["closed", "failed", "failed", "failed"],
      [403],
    ]);
    // Whatever its page was when the name still led elsewhere: to the browser it is of the same origin.
    await page.go(`http://${REBOUND}:${room.port}/`);
    await page.untilShown("this server is not called so");
    assertEquals(await tryAll(browser, page, `${REBOUND}:${room.port}`), [
      ["closed", "basic 421", "basic 421", "read 421"],
      [421],
    ]);
    await bob.say("/who");
    assertEquals(await bob.until("here:"), "-- 1 here: bob");
    assertEquals(bob.seen.filter((line) => /mallory|I am in|I have posted/.test(line)), []);
  },
);
