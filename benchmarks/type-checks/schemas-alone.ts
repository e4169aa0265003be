import { inputOf, schemaOf, wrongInput } from "./model-source.ts";
import type { Sources } from "./project.ts";

/** The schemas with an input each: the baseline of all hosts. */
export function schemasAlone(count: number): Sources {
  const schemas = Array.from(
    { length: count },
    (_, index) => `export const schema${index} = ${schemaOf(index)};
export const input${index}: z.input<typeof schema${index}> = ${inputOf(index)};`,
  );
  const refused = `// @ts-expect-error: no such value
export const wrong: z.input<typeof schema0> = ${wrongInput};`;
  return { "schemas.ts": [`import { z } from "zod";`, ...schemas, refused].join("\n") };
}
