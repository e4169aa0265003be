import type { Browser } from "playwright";

/** A JPEG of 1,024 × 1,024 pixels and about 230 kB, as vendors return: gradients with grain. */
export async function makeImage(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage();
  const url = await page.evaluate(() => {
    const side = 1_024;
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("The canvas has no 2D context.");
    const pixels = context.createImageData(side, side);
    let seed = 1;
    for (let at = 0; at < pixels.data.length; at += 4) {
      const [x, y] = [(at / 4) % side, Math.floor(at / 4 / side)];
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      const grain = (seed / 2 ** 32 - 0.5) * 24;
      pixels.data.set(
        [
          128 + 100 * Math.sin(x / 60 + y / 90) + grain,
          128 + 100 * Math.sin(y / 45) + grain,
          128 + 100 * Math.sin((x - y) / 75) + grain,
          255,
        ],
        at,
      );
    }
    context.putImageData(pixels, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.85);
  });
  await page.close();
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}
