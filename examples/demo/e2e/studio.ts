import type { Locator, Page } from "playwright";

/** Locators and actions of the Studio, by role and accessible name. */
export function studioOf(page: Page) {
  return {
    prompt: page.getByLabel("Prompt"),
    submitButton: page.getByRole("main").getByRole("button", { name: /^Develop \d/ }),
    progress: page.getByRole("progressbar", { name: "Developing" }),
    status: page.getByRole("region", { name: "Progress" }),
    /** The header's button with the running or unseen generation, on every page. */
    indicator: page.getByRole("banner").getByRole("button", { name: /Show it in the Studio/ }),
    submit: async (prompt: string): Promise<void> => {
      await page.getByLabel("Prompt").fill(prompt);
      await page
        .getByRole("main")
        .getByRole("button", { name: /^Develop/ })
        .click();
    },
    /** The final image in the tray; a preview has another name. */
    image: (prompt: string): Locator => page.getByRole("main").getByRole("img", { name: prompt, exact: true }),
  };
}

/** Opens a page by its navigation link, without a page load. */
export async function navigateTo(page: Page, name: "Studio" | "History" | "Credits" | "About"): Promise<void> {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).filter({ visible: true }).click();
  await page.getByRole("main", { name }).waitFor();
}

/** Waits until an image is decoded. @returns its intrinsic width in pixels. */
export async function naturalWidth(image: Locator): Promise<number> {
  await image.waitFor();
  return image.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) return 0;
    for (;;) {
      const { currentSrc } = element;
      try {
        await element.decode();
        return element.naturalWidth;
      } catch (error) {
        // The page may replace the source during the decode, such as the local file by its upload.
        if (element.currentSrc === currentSrc) throw error;
      }
    }
  });
}

/** The balance in the header. */
export function balanceOf(page: Page): Locator {
  return page.getByRole("banner").getByRole("link", { name: /credits? left$/ });
}
