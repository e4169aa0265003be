/** A Standard Schema that accepts every input of a model, as it is. */
export const anyInput = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) },
} as const;
