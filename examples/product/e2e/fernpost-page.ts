import type { Locator, Page } from "playwright";

/** The actions and elements of the page that the tests use. */
export function fernpostPage(page: Page) {
  return {
    credits: page.getByLabel("Credits", { exact: true }),
    paint: async (prompt: string): Promise<void> => {
      await page.getByLabel("Describe the place").fill(prompt);
      await page.getByRole("button", { name: "Paint it" }).click();
    },
    card: (prompt: string): Locator => page.getByRole("img", { name: `Postcard: ${prompt}` }),
    fillSignIn: async (email: string, password: string): Promise<void> => {
      await page.getByLabel("E-mail").fill(email);
      await page.getByLabel("Password").fill(password);
    },
    dialog: (title: string): Locator => page.getByRole("dialog", { name: title }),
  };
}

/** Waits until an image is loaded. @returns its natural width in pixels */
export function naturalWidth(image: Locator): Promise<number> {
  return image.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) return 0;
    await element.decode();
    return element.naturalWidth;
  });
}
