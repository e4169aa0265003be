import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { complete, drive, scenes } from "./open-scene.ts";

const open = scenes();

describe("generation-toasts", () => {
  test("never move the focus, and Escape closes the newest one", async () => {
    const page = await open();
    const field = page.getByLabel("Prompt");
    await field.focus();
    await complete(page, ["First", "Second"]);
    const toasts = page.getByRole("region", { name: "Notifications" }).getByRole("listitem");
    await toasts.nth(1).waitFor();
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.press("Escape");
    await toasts.nth(1).waitFor({ state: "detached" });
    assert.match((await toasts.textContent()) ?? "", /First/);
  });

  test("stay while they have the focus, and return it to the page", async () => {
    const page = await open();
    await page.clock.install();
    await page.getByLabel("Prompt").focus();
    await complete(page, ["First"]);
    const toast = page.getByRole("region", { name: "Notifications" }).getByRole("listitem");
    await toast.getByRole("link", { name: "View history" }).focus();
    await page.clock.fastForward(60_000);
    assert.equal(await toast.count(), 1);
    await toast.getByRole("button", { name: "Dismiss" }).press("Enter");
    await toast.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Prompt");
  });

  test("close by themselves, and state a refund", async () => {
    const page = await open();
    await page.clock.install();
    await drive(page, ({ mock }) => mock.fail(mock.queue("photo", { prompt: "First" }).id), null);
    const toasts = page.getByRole("region", { name: "Notifications" });
    await toasts.getByText("The provider could not finish it. 4 credits refunded.").waitFor();
    await page.clock.fastForward(9_000);
    await toasts.getByRole("listitem").waitFor({ state: "detached" });
  });
});

describe("active-pill", () => {
  test("counts, links to the list, and puts a badge into the title", async () => {
    const page = await open();
    await drive(page, ({ mock }) => void [mock.queue("photo", {}), mock.queue("photo", {})], null);
    await complete(page, ["First"]);
    const pill = page.getByRole("link", { name: "2 developing, 1 ready" });
    await pill.waitFor();
    await page.waitForFunction(() => document.title === "(1) Studio");
    await pill.press("Enter");
    assert.equal(new URL(page.url()).hash, "#generations");
  });
});

describe("credits-badge", () => {
  test("announces a changed balance once it has settled, not each change", async () => {
    const page = await open();
    await page.getByText("120", { exact: true }).waitFor();
    await page.evaluate(() => {
      const announced: string[] = [];
      Object.assign(window, { announced });
      new MutationObserver(() => {
        const texts = [...document.querySelectorAll("[role=status]")].map(({ textContent }) => textContent);
        const text = texts.find((shown) => shown.startsWith("Balance"));
        if (text !== undefined && announced.at(-1) !== text) announced.push(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await drive(page, ({ mock }) => void [1, 2, 3].map((index) => mock.queue("photo", { index })), null);
    await page.getByText("Balance: 108 credits").waitFor({ state: "attached" });
    assert.deepEqual(await page.evaluate(() => (window as unknown as { announced: string[] }).announced), [
      "Balance: 108 credits",
    ]);
  });
});

describe("upload-field", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
    "base64",
  );

  test("uploads a chosen file by keyboard, passes its id to the submit, and removes it", async () => {
    const page = await open();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose" }).press("Enter");
    await (await chooser).setFiles({ name: "a.png", mimeType: "image/png", buffer: png });
    await page.getByRole("group", { name: "Image" }).getByText("Ready").waitFor();
    await page.getByLabel("Prompt").fill("With an image");
    await page.getByLabel("Prompt").press("Control+Enter");
    await page.getByRole("article", { name: "With an image" }).waitFor();
    const input = await drive(page, ({ mock }) => mock.requestsTo("POST /").map(({ body }) => String(body)), null);
    assert.match(input.join(""), /"reference":"inp_/);
    await page.getByRole("button", { name: "Remove Image" }).press("Enter");
    await page.getByText("Drop or paste an image here").waitFor();
  });

  test("uploads a dropped and a pasted image, and shows the problem of a refused one", async () => {
    const page = await open();
    const give = (type: "drop" | "paste", mimeType: string) =>
      page.getByRole("group", { name: "Image" }).evaluate(
        (element, [event, kind, base64]) => {
          const bytes = Uint8Array.from(atob(base64 ?? ""), (character) => character.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], "file", { type: kind ?? "" }));
          const init = { bubbles: true, cancelable: true };
          element.dispatchEvent(
            event === "drop"
              ? new DragEvent("drop", { ...init, dataTransfer: data })
              : new ClipboardEvent("paste", { ...init, clipboardData: data }),
          );
        },
        [type, mimeType, png.toString("base64")],
      );
    await give("drop", "image/png");
    await page.getByText("Ready", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove Image" }).click();
    await give("paste", "image/png");
    await page.getByText("Ready", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove Image" }).click();
    await give("drop", "text/plain");
    await page.getByText("This is not an image.").waitFor();
    await drive(page, ({ mock }) => mock.refuseNext("POST /inputs", "payload_too_large"), null);
    await give("paste", "image/png");
    await page.getByText("This image is too large.").waitFor();
  });
});

describe("compare-slider", () => {
  test("the arrow keys move it", async () => {
    const page = await open({ scene: "parts" });
    const slider = page.getByRole("slider", { name: "Compare Before and After" });
    await slider.press("ArrowRight");
    assert.equal(await slider.getAttribute("aria-valuetext"), "51 % Before, 49 % After");
  });
});

describe("connection-banner", () => {
  test("states that the page is offline, and shows nothing when it is online again", async () => {
    const page = await open();
    await drive(page, ({ mock }) => mock.offline(), null);
    const banner = page.getByRole("status").filter({ hasText: "You are offline." });
    await banner.waitFor();
    await drive(page, ({ mock }) => mock.online(), null);
    await banner.waitFor({ state: "detached" });
  });
});
