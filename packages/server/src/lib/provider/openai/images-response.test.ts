import { expect, it } from "vitest";
import { imageCosts } from "./images-response.js";

it("reports text and image input separately if OpenAI does", () => {
  const usage = { input_tokens: 335, input_tokens_details: { text_tokens: 12, image_tokens: 323 }, output_tokens: 272 };
  expect(imageCosts(usage)).toEqual({
    costs: [
      { amount: 272, unit: "output-tokens" },
      { amount: 12, unit: "text-input-tokens" },
      { amount: 323, unit: "image-input-tokens" },
    ],
  });
});

it.each([undefined, null, {}, { output_tokens: "272" }])("reports no costs for the usage %j", (usage) => {
  expect(imageCosts(usage)).toEqual({});
});
