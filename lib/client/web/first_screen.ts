/// <reference lib="dom" />
import { byId } from "./dom.ts";

/** What was on the screen last: it is there at once when its reader comes back, until the room has answered. */
export interface Screen {
  /** The room. */
  readonly room: string;
  /** The last rows: the class of each, the class of its author's name, the name, the time, and what it says. */
  readonly rows: readonly (readonly string[])[];
}

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

try {
  const { screen }: { screen?: Screen } = JSON.parse(localStorage.getItem("parley") ?? "{}");
  if (screen !== undefined && !location.search.includes("room=")) {
    byId("room").textContent = screen.room;
    for (const [row, who, name, time, text] of screen.rows) {
      const shown = element("div", row, "");
      shown.append(element("span", who, name), element("time", "", time), element("div", "text", text));
      byId("lines").append(shown);
    }
    byId("app").hidden = !(byId("gate").hidden = true);
  }
} catch {
  // Nothing is kept in this browser, or by someone else.
}
