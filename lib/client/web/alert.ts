/// <reference lib="dom" />
import type { ConversationEvent } from "../core/events.ts";
import { mentions } from "../../wire/mention.ts";
import { mayMention } from "./spans.ts";

/** The shortest time between two alerts, in milliseconds, so that nobody can ring without end. */
const PAUSE_MS = 1000;

/** The two tones of the sound, in hertz, and how long each is, in seconds. */
const TONES = [660, 880];
const TONE_S = 0.12;

/** How loud it is; 1 is as loud as can be. */
const VOLUME = 0.12;

/** The most characters of a desktop notification. */
const MAX_NOTIFICATION = 200;

/** Whether an event calls the reader: in private, by name, or by name in another room. */
export function calls(event: ConversationEvent, self: string): boolean {
  if (event.kind === "mention") return true;
  if (event.kind === "private") return event.to === undefined;
  if (event.kind !== "said" && event.kind !== "action") return false;
  return !event.own && !event.history && mayMention(event.text, self) && mentions(event.text, self);
}

/** Calls whoever is called, and is looking elsewhere. */
export class Alert {
  #audio?: AudioContext;
  #last = -Infinity;
  #notifies?: boolean;
  /** Whether to make a sound. */
  sound = true;

  /** A browser makes sounds once its user has touched or typed something. */
  constructor() {
    const unlock = () => {
      this.#audio ??= new AudioContext();
      this.#audio.resume();
    };
    for (const type of ["pointerdown", "keydown"]) {
      addEventListener(type, unlock, { once: true, capture: true });
    }
  }

  /** Whether the browser can show notifications here: over plain http it cannot. */
  get canNotify(): boolean {
    return isSecureContext && "Notification" in globalThis;
  }

  /** Whether it may. */
  get notifies(): boolean {
    return this.#notifies ??= this.canNotify && Notification.permission === "granted";
  }

  /** Asks the browser for it. */
  async allowNotifications(): Promise<void> {
    if (this.canNotify) this.#notifies = await Notification.requestPermission() === "granted";
  }

  /** Calls. `title`: of a notification; `event`: what was said. */
  ring(event: ConversationEvent, title: string): void {
    const now = performance.now();
    if (now - this.#last < PAUSE_MS) return;
    this.#last = now;
    if (this.sound) this.#play();
    if (this.sound && document.visibilityState === "hidden") navigator.vibrate?.(120);
    if (!this.notifies || document.hasFocus() || !("name" in event) || !("text" in event)) return;
    const text = `${event.name}: ${event.text}`.slice(0, MAX_NOTIFICATION).toWellFormed();
    const shown = new Notification(title, { body: text, tag: "parley" });
    shown.onclick = () => globalThis.focus();
  }

  #play(): void {
    const audio = this.#audio;
    if (audio === undefined || audio.state !== "running") return;
    for (const [i, tone] of TONES.entries()) {
      const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
      const start = audio.currentTime + i * TONE_S;
      oscillator.frequency.value = tone;
      gain.gain.setValueAtTime(VOLUME, start);
      gain.gain.exponentialRampToValueAtTime(0.001, start + TONE_S);
      oscillator.connect(gain).connect(audio.destination);
      oscillator.start(start);
      oscillator.stop(start + TONE_S);
    }
  }
}

/** Shows the page's icon, which needs no request; with a dot if something is new, which is filled for a call. */
export function showIcon({ news = false, call = false }: { news?: boolean; call?: boolean }): void {
  const dot = news
    ? `<circle cx="25" cy="7" r="6.5" fill="${call ? "#e5484d" : "#fff"}" stroke="#0b6870" stroke-width="2"/>`
    : "";
  const picture =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0b6870" d="M1 3h30v22H15l-8 6v-6H1z"/><path stroke="#fff" stroke-width="2.500" stroke-linecap="round" d="M8 11h16M8 17h10"/>${dot}</svg>`;
  const address = `data:image/svg+xml,${encodeURIComponent(picture)}`;
  document.querySelector("link[rel=icon]")!.setAttribute("href", address);
}
