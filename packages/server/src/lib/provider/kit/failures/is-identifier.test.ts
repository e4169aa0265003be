import { expect, it } from "vitest";
import { isIdentifier } from "./is-identifier.js";

it.each(["content_policy_violation", "torch.OutOfMemoryError", "image[0]", "violence/graphic", "3", "a".repeat(100)])(
  "accepts %j",
  (value) => expect(isIdentifier(value)).toBe(true),
);

it.each(["", "a lake at dawn", "a\nlake", "\u6e56", "a_lake_at_dawn?", "a".repeat(101), 3, null, {}, ["word"]])(
  "refuses %j",
  (value) => expect(isIdentifier(value)).toBe(false),
);
