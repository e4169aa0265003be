import { expect, it } from "vitest";
import { imageCosts } from "./images-answer.js";

it("counts words and pictures that went in by themselves, where OpenAI tells them apart", () => {
  const usage = { input_tokens: 335, input_tokens_details: { text_tokens: 12, image_tokens: 323 }, output_tokens: 272 };
  expect(imageCosts(usage)).toEqual({
    costs: [
      { amount: 272, unit: "output-tokens" },
      { amount: 12, unit: "text-input-tokens" },
      { amount: 323, unit: "image-input-tokens" },
    ],
  });
});

it.each([undefined, null, {}, { output_tokens: "272" }])("tells no costs of the usage %j", (usage) => {
  expect(imageCosts(usage)).toEqual({});
});
