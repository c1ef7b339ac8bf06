import { Chromium, IN_CHROMIUM } from "../helpers/chromium.ts";
import { testWith } from "../helpers/needs.ts";

/** What is tried, and how. */
interface Trial {
  title: string;
  run: (browser: Chromium) => Promise<void>;
}

const trials: Trial[] = [];

/**
 * Registers what is tried in Chromium, as a step of one test. It finds the browser without pages of the others, and
 * without what these have stored.
 */
export function inChromium(title: string, run: Trial["run"]): void {
  trials.push({ title, run });
  if (trials.length > 1) return;
  testWith(IN_CHROMIUM, "in Chromium", async (test) => {
    await using browser = await Chromium.launch();
    for (const { title, run } of trials) {
      await browser.renew();
      await test.step(title, () => run(browser));
    }
  });
}
