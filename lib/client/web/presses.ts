/// <reference lib="dom" />
import { byId } from "./dom.ts";
import { copyBeside, openInvite } from "./invite.ts";
import type { Parts } from "./parts.ts";

/** What a press does, by what the pressed element is. */
const PRESSES: readonly (readonly [selector: string, act: (element: HTMLElement, page: Parts) => void])[] = [
  [".copy", (element) => copyBeside(element)],
  [".invite", () => openInvite()],
  ["[data-room]", ({ dataset }, page) => page.goTo(dataset.room!)],
  ["[data-name]", ({ dataset }, page) => page.writeTo(dataset.name)],
  ["#change-name, #me, [data-self], button.who", (_, page) => page.naming.openName()],
  ["#another-room", (_, page) => page.naming.openRoom()],
  ["#find", (_, page) => page.search.isOpen ? page.search.close() : page.search.open()],
  ["#newest", (_, page) => page.log.toEnd()],
  ["#sound", (_, page) => toggleSound(page)],
  ["#desktop", (_, page) => page.alert.allowNotifications().then(() => page.changed())],
  ["dialog .close", (element) => element.closest("dialog")!.close()],
];

/** Listens to presses, in one place for what is there and for what will be. */
export function listenToPresses(page: Parts): void {
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    // Around a dialog is outside of it.
    if (target instanceof HTMLDialogElement) return target.close();
    for (const [selector, act] of PRESSES) {
      const element = target.closest<HTMLElement>(selector);
      if (element !== null) return act(element, page);
    }
  });
  // A press on the button must not take the keyboard of a phone away.
  byId("say").querySelector(".go")!.addEventListener("pointerdown", (event) => event.preventDefault());
}

function toggleSound(page: Parts): void {
  const { alert, recollection } = page;
  alert.sound = !alert.sound;
  recollection.keep({ sound: alert.sound });
  page.changed();
}
