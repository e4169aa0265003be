import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { custom } from "./custom.js";

const input = z.object({ prompt: z.string() });
type Input = z.infer<typeof input>;

test("a function that says what it takes fits a model whose schema gives that", () => {
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

test("a function that needs more than the schema gives does not compile", () => {
  const provider = custom<{ prompt: string; strength: number }>({ id: "studio", run: async () => [] });
  // @ts-expect-error nobody gives it a strength.
  defineModel({ input, provider });
});
