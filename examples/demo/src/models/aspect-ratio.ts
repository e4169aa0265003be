/** Aspect ratios of the model `demo`, as width to height. */
export const aspectRatios = ["1:1", "3:2", "2:3", "16:9", "9:16"] as const;

/** An aspect ratio of the model `demo`. */
export type AspectRatio = (typeof aspectRatios)[number];

const names: Readonly<Record<AspectRatio, string>> = {
  "1:1": "Square",
  "3:2": "Landscape",
  "2:3": "Portrait",
  "16:9": "Wide",
  "9:16": "Tall",
};

/** Whether a value is a known aspect ratio. */
export function isAspectRatio(value: unknown): value is AspectRatio {
  return aspectRatios.some((ratio) => ratio === value);
}

/** An aspect ratio with its name: `Landscape 3:2`. */
export function describeAspectRatio(ratio: AspectRatio): string {
  return `${names[ratio]} ${ratio}`;
}

/** Width divided by height. */
export function quotientOf(ratio: AspectRatio): number {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  return width / height;
}
