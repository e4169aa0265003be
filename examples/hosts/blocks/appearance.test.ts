import assert from "node:assert/strict";
import { describe, test } from "node:test";
import axe from "axe-core";
import type { Page } from "playwright";
import { complete, drive, everyState, type SceneOptions, scenes } from "./open-scene.ts";

const open = scenes();

/** Opens each page of the blocks in turn, with all states. */
async function eachPage(options: SceneOptions, check: (page: Page, name: string) => Promise<void>): Promise<void> {
  const studio = await open(options);
  await everyState(studio);
  await check(studio, "studio");
  await studio.getByRole("button", { name: "Four studies of a vase" }).click();
  await studio.getByRole("dialog").waitFor();
  await check(studio, "view");
  await studio.keyboard.press("Escape");
  await drive(studio, ({ mock }) => mock.signOut(), null);
  await studio.getByText("You are signed out.").waitFor();
  await check(studio, "signed out");
  await studio.context().close();
  const parts = await open({ ...options, scene: "parts" });
  await parts.getByText("120", { exact: true }).first().waitFor();
  await check(parts, "parts");
  await parts.context().close();
}

async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
}

/** Elements that are wider than the page, and controls whose text is cut off. */
async function overflowsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const wide = scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide, of ${clientWidth}`] : [];
    const controls = [...document.querySelectorAll<HTMLElement>("button, a, label, h1, h2")];
    const cut = controls.filter((control) => {
      const box = control.getBoundingClientRect();
      const isShown = control.checkVisibility() && !control.matches(".sr-only") && box.width > 0;
      return isShown && (box.right > clientWidth + 1 || box.left < -1 || control.scrollWidth > control.clientWidth + 1);
    });
    return [...wide, ...cut.map(({ outerHTML }) => outerHTML.slice(0, 160))];
  });
}

describe("accessibility", () => {
  for (const theme of ["light", "dark"] as const) {
    for (const width of [320, 1_440]) {
      test(`axe finds no violation in the ${theme} theme at ${width} px`, async () => {
        await eachPage({ theme, viewport: { width, height: 800 } }, async (page, name) => {
          assert.deepEqual(await violationsOf(page), [], name);
        });
      });
    }
  }
});

describe("layout", () => {
  const narrow = { viewport: { width: 320, height: 640 } };
  const cases: Readonly<Record<string, SceneOptions>> = {
    "320 px": narrow,
    "320 px, right to left": { ...narrow, dir: "rtl" },
    "1,440 px, right to left": { viewport: { width: 1_440, height: 800 }, dir: "rtl" },
    "640 px with text of 200 %": { viewport: { width: 640, height: 800 }, text: "200%" },
    "320 px with text of 200 %": { ...narrow, text: "200%" },
  };
  for (const [name, options] of Object.entries(cases)) {
    test(`nothing overflows at ${name}`, async () => {
      await eachPage(options, async (page, part) => assert.deepEqual(await overflowsOf(page), [], part));
    });
  }

  test("a card keeps its size from the first preview to the image", async () => {
    const page = await open();
    const id = await drive(page, ({ mock }) => mock.queue("photo", { prompt: "A tree", aspectRatio: "16:9" }).id, null);
    const frame = page.getByRole("article", { name: "A tree" }).locator("> div").first();
    const sizes = [await frame.boundingBox()];
    await drive(page, ({ mock, argument }) => mock.progress(argument, 0.5, { preview: true }), id);
    await page.getByRole("img", { name: "Preview: A tree" }).waitFor();
    sizes.push(await frame.boundingBox());
    await drive(page, ({ mock, argument }) => mock.complete(argument), id);
    await page.getByRole("article").getByRole("img", { name: "A tree", exact: true }).waitFor();
    sizes.push(await frame.boundingBox());
    const [first, ...rest] = sizes.map((box) => box && { width: box.width, height: box.height });
    assert(first);
    assert.equal(Math.round((first.width / first.height) * 9), 16);
    assert.deepEqual(rest, [first, first]);
  });
});

describe("motion", () => {
  const running = (page: Page) =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);

  test("nothing moves for users who prefer reduced motion", async () => {
    const page = await open();
    await everyState(page);
    assert.equal(await running(page), 0);
    await complete(page, ["A toast"]);
    await page.getByText("Your image is ready").first().waitFor();
    assert.equal(await running(page), 0);
  });

  test("an active card pulses for others", async () => {
    const page = await open({ reducedMotion: "no-preference" });
    await everyState(page);
    assert((await running(page)) > 0);
  });
});
