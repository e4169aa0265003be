import { describe, expect, it } from "vitest";
import { z } from "zod";
import { imageInput } from "./upload-input.js";

const id = "inp_01900000-0000-7000-8000-00000000ffff";

describe("imageInput", () => {
  const input = z.object({ image: imageInput(), mask: imageInput().optional() });

  it("accepts ids of uploaded images unchanged", () => {
    expect(input.parse({ image: id })).toEqual({ image: id });
    expect(input.parse({ image: id, mask: id })).toEqual({ image: id, mask: id });
  });

  it.each([undefined, null, 1, "", "https://example.com/a.png", id.toUpperCase(), ` ${id}`, "gen_01900000", { id }])(
    "refuses %j with its path",
    (image) => {
      const issues = input.safeParse({ image }).error?.issues;
      expect(issues?.map(({ path }) => path)).toEqual([["image"]]);
    },
  );

  it("has a pattern in JSON Schema", () => {
    expect(z.toJSONSchema(imageInput(), { io: "input" })).toMatchObject({
      type: "string",
      pattern: "^inp_[0-9a-f-]{36}$",
    });
  });
});
