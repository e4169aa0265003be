import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { google } from "./google.js";

test("accepts a model in one line, with fields that Google supports", () => {
  defineModel({ provider: google("gemini-3.1-flash-image"), input: z.object({ prompt: z.string() }), credits: 1 });
  const input = z.object({ prompt: z.string(), aspectRatio: z.enum(["1:1", "16:9"]).optional(), seed: z.int() });
  defineModel({ provider: google("gemini-of-tomorrow"), input, credits: 1 });
});

test("refuses a field of another type", () => {
  const provider = google("gemini-3.1-flash-image");
  const seeded = z.object({ prompt: z.string(), seed: z.string() });
  // @ts-expect-error a seed is a number
  defineModel({ provider, input: seeded, credits: 1 });
});
