import type { Locator, Page } from "playwright";

/** What the tests do and see in the Studio, in the words of a user. */
export function studioOf(page: Page) {
  return {
    prompt: page.getByLabel("Prompt"),
    submitButton: page.getByRole("main").getByRole("button", { name: /^Develop \d/ }),
    progress: page.getByRole("progressbar", { name: "Developing" }),
    status: page.getByRole("region", { name: "Progress" }),
    /** The header's word of what develops, on every page. */
    indicator: page.getByRole("banner").getByRole("button", { name: /Show it in the Studio/ }),
    submit: async (prompt: string): Promise<void> => {
      await page.getByLabel("Prompt").fill(prompt);
      await page
        .getByRole("main")
        .getByRole("button", { name: /^Develop/ })
        .click();
    },
    /** The picture in the tray once it is fixed. */
    picture: (prompt: string): Locator => page.getByRole("main").getByRole("img", { name: prompt, exact: true }),
  };
}

/** Goes to a page by the navigation, as a user does: nothing is loaded anew. */
export async function navigateTo(page: Page, name: "Studio" | "History" | "Credits" | "About"): Promise<void> {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).filter({ visible: true }).click();
  await page.getByRole("main", { name }).waitFor();
}

/** Width of a picture as it was loaded, in pixels; waits until it is. */
export async function naturalWidth(picture: Locator): Promise<number> {
  await picture.waitFor();
  return picture.evaluate(async (image) => {
    if (!(image instanceof HTMLImageElement)) return 0;
    await image.decode();
    return image.naturalWidth;
  });
}

/** The balance in the header. */
export function balanceOf(page: Page): Locator {
  return page.getByRole("banner").getByRole("link", { name: /credits? left$/ });
}
