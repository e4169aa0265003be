/** Formats of a poster. The form shows them, and the server charges their credits. */
export const formats = {
  small: { label: "Small", credits: 4 },
  large: { label: "Large", credits: 8 },
  reel: { label: "Reel, a clip of three seconds", credits: 12 },
} as const;

/** Name of a format. */
export type Format = keyof typeof formats;
