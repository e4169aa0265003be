import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { custom } from "./custom.js";

const input = z.object({ prompt: z.string() });
type Input = z.infer<typeof input>;

test("accepts a function whose input is the output of the schema", () => {
  const run = async ({ prompt }: Input) => [{ bytes: new Uint8Array(prompt.length), contentType: "image/png" }];
  defineModel({ input, provider: custom<Input>({ id: "studio", run: ({ input }) => run(input) }) });
  defineModel({
    input,
    provider: custom<Input>({
      id: "farm",
      start: async ({ input: { prompt } }) => ({ type: "accepted", operation: { prompt } }),
      poll: async () => ({ type: "canceled" }),
    }),
  });
});

test("refuses a function that needs more than the schema has", () => {
  const provider = custom<{ prompt: string; strength: number }>({ id: "studio", run: async () => [] });
  // @ts-expect-error the schema has no strength.
  defineModel({ input, provider });
});
