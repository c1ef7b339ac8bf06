/** How long, in milliseconds, a test waits for something in a page before it fails. */
const PATIENCE_MS = 15_000;

/** A page that a test drives, in whichever browser: what its user does there, and what is seen there. */
export abstract class DrivenPage {
  /** What went wrong in it. */
  readonly problems: string[] = [];

  /** What an expression is in the page, awaited if it is a promise. */
  // deno-lint-ignore no-explicit-any
  abstract eval<T = any>(expression: string): Promise<T>;

  /** Goes to an address. */
  abstract go(url: string): Promise<void>;

  /** Loads it again. */
  abstract reload(): Promise<void>;

  /** Types a text where the focus is. */
  abstract type(text: string): Promise<void>;

  /** Presses a key, such as `Enter`. */
  abstract press(key: string): Promise<void>;

  /** Presses this point of the page, in its pixels. */
  protected abstract pressAt(point: { x: number; y: number }): Promise<void>;

  /** Waits until an expression is true in the page, which is asked with every frame. */
  async until(expression: string): Promise<void> {
    const limit = performance.now() + PATIENCE_MS;
    while (!(await this.eval(`Promise.resolve(${expression}).catch(() => false)`).catch(() => false))) {
      if (performance.now() > limit) {
        throw new Error(
          `not in time: ${expression}\n${await this.eval("document.body.innerText.slice(0, 2000)")}\n${
            this.problems.join("\n")
          }`,
        );
      }
      await this.eval("new Promise((resolve) => setTimeout(resolve, 16))").catch(() => {});
    }
  }

  /** Waits until this text is shown. */
  async untilShown(text: string): Promise<void> {
    await this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Clicks, or on a device that is touched taps, the middle of the element that this selector finds. */
  async click(selector: string): Promise<void> {
    await this.until(`document.querySelector(${JSON.stringify(selector)}) !== null`);
    await this.pressAt(
      await this.eval(`(async () => {
        const element = document.querySelector(${JSON.stringify(selector)});
        element.scrollIntoView({ block: "nearest" });
        // What slides in is pressed where it comes to rest.
        await Promise.all(document.getAnimations().map(({ finished }) => finished));
        const { x, y, width, height } = element.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      })()`),
    );
  }

  /** Comes in by the gate under this name, and past the question for the password if there is one. */
  async comeIn(name: string, password?: string): Promise<void> {
    for (const [field, text] of Object.entries({ name, ...(password !== undefined && { password }) })) {
      await this.until(`document.activeElement?.id === '${field}'`);
      await this.type(text);
      await this.press("Enter");
    }
    await this.until("!document.getElementById('app').inert");
  }

  /** Says a line. */
  async say(line: string): Promise<void> {
    await this.eval("document.getElementById('text').focus()");
    await this.type(line);
    await this.press("Enter");
  }

  /** The messages that are shown, as `name: text`, in order; those on their way are not among them. */
  async messages(): Promise<string[]> {
    return await this.eval(
      `[...document.querySelectorAll("#lines .msg:not(.note) .text, #lines .msg pre")].map((text) => text.textContent)`,
    );
  }
}
