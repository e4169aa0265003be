import type { APIResponse, Locator, Page } from "playwright";

/** The actions and elements of the tests. */
export function posterPage(page: Page) {
  return {
    submit: async (prompt: string): Promise<void> => {
      await page.getByLabel("Prompt").fill(prompt);
      await page.getByRole("button", { name: "Develop" }).click();
    },
    /** The header's link for one active generation. */
    developing: page.getByRole("banner").getByRole("link", { name: "1 developing" }),
    progressOf: (prompt: string): Locator => page.getByRole("progressbar", { name: `Progress of ${prompt}` }),
    toast: (text: string): Locator => page.getByRole("status").filter({ hasText: text }),
    viewHistory: page.getByRole("link", { name: "View history" }),
    walkTo: async (name: "Posters" | "History" | "About"): Promise<void> => {
      await page.getByRole("navigation").getByRole("link", { name }).click();
      await page.getByRole("heading", { name: name === "Posters" ? "Make a poster" : name }).waitFor();
    },
  };
}

/** Submits past the page, as this page's visitor, in a scope that the form does not follow. */
export function post(page: Page, input: { readonly prompt: string; readonly size?: number }): Promise<APIResponse> {
  const data = { model: "poster", input, scope: "elsewhere" };
  return page.request.post(new URL("/api/generations", page.url()).href, { data });
}

/** Natural width of a loaded image, in pixels; waits until the image is loaded. */
export async function naturalWidth(locator: Locator): Promise<number> {
  await locator.waitFor();
  return locator.evaluate(async (image) => {
    if (!(image instanceof HTMLImageElement)) return 0;
    await image.decode();
    return image.naturalWidth;
  });
}

/** Seconds of a video; waits until its metadata is loaded. */
export async function durationOf(locator: Locator): Promise<number> {
  await locator.waitFor();
  return locator.evaluate(async (video: HTMLVideoElement) => {
    if (video.readyState === HTMLMediaElement.HAVE_NOTHING) {
      await new Promise((resolve) => video.addEventListener("loadedmetadata", resolve, { once: true }));
    }
    return video.duration;
  });
}

/** Text of the topmost element in the middle of a focused element: its own, or that of an element that covers it. */
export function topmostAtFocus(element: Locator): Promise<string | null> {
  return element.evaluate((box) => {
    box.blur();
    box.focus();
    const { x, y, width, height } = box.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2)?.textContent ?? null;
  });
}
