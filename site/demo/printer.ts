import type { PrintRequest, PrintResponse } from "./print-messages.ts";

/** Draws developing images in one worker for the page. */
export interface Printer {
  /** Resolves with the pixels. */
  print(image: Omit<PrintRequest, "id">): Promise<ImageData>;
}

/** Creates a printer. Its worker starts with the first print. */
export function createPrinter(): Printer {
  const waiting = new Map<number, (image: ImageData) => void>();
  let worker: Worker | null = null;
  let last = 0;
  const start = (): Worker => {
    const started = new Worker(new URL("./print-worker.ts", import.meta.url), { type: "module" });
    started.addEventListener("message", ({ data: { id, size, pixels } }: MessageEvent<PrintResponse>) => {
      waiting.get(id)?.(new ImageData(pixels, size, size));
      waiting.delete(id);
    });
    return started;
  };
  return {
    print(image) {
      worker ??= start();
      last += 1;
      const request: PrintRequest = { ...image, id: last };
      const printed = new Promise<ImageData>((resolve) => waiting.set(request.id, resolve));
      worker.postMessage(request);
      return printed;
    },
  };
}
