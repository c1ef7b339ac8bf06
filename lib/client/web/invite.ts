/// <reference lib="dom" />
import { byId, fill, make, squares } from "./dom.ts";

/** The address by which others come in, as this page was reached. */
export function address(): string {
  return `${location.origin}/`;
}

/** The dialog that lets others in. */
export function openInvite(): void {
  const dialog = byId<HTMLDialogElement>("invite");
  byId("address").textContent = address();
  byId("nc").textContent = `nc ${location.hostname.replace(/^\[|\]$/g, "")} ${location.port || "80"}`;
  byId("nc").closest<HTMLElement>(".line")!.hidden = location.protocol === "https:";
  showQr(dialog.querySelector<HTMLElement>(".qr")!, address());
  dialog.showModal();
}

/** Shows a text as a QR code: black on white, whatever the theme. */
export async function showQr(place: HTMLElement, text: string): Promise<void> {
  // What makes codes takes its time to set up, and most visits need none.
  const { qrOf } = await import("./qr.ts");
  const { path, size } = qrOf(text);
  fill(place, squares(path, { size, label: `QR code of ${text}` }));
}

/** What a room shows in which nothing was said yet. */
export function makeBlank(): HTMLElement {
  const qr = make("div", { class: "qr" });
  showQr(qr, address());
  return make(
    "div",
    { class: "blank" },
    make("strong", {}, "Nothing has been said here yet"),
    make("span", { class: "meta" }, "Say something, or let others in with this code or address."),
    qr,
    make("span", { class: "addr" }, address()),
    make("button", { class: "btn slim copy" }, "Copy address"),
  );
}

/** Copies the text before a button. Over plain http a browser has only the old way; where that fails, too, the text is selected. */
export function copyBeside(button: HTMLElement): void {
  const source = button.parentElement!.querySelector<HTMLElement>(".addr, code")!;
  getSelection()?.selectAllChildren(source);
  const copied = document.execCommand("copy");
  if (!copied) return;
  getSelection()?.removeAllRanges();
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => button.textContent = label, 1500);
}
