import type { DigitalSourceType } from "@safelight/client/contract";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { completed, makeGeneration } from "../../test/generations.js";
import { OriginLabel } from "./origin-label";

it("has the icon of its origin, and none if the origin is not known", () => {
  const [output] = completed(makeGeneration("gen_1")).outputs;
  const iconOf = (digitalSourceType: DigitalSourceType | null) => {
    const provenance = digitalSourceType && { digitalSourceType, c2pa: false, marked: true };
    const icons = { generated: "/generated.svg", modified: "/modified.svg" };
    const label = renderToStaticMarkup(<OriginLabel icons={icons} output={{ ...output, provenance }} />);
    return /<img alt="" [^>]*src="([^"]+)"/.exec(label)?.[1];
  };
  expect(iconOf("trainedAlgorithmicMedia")).toBe("/generated.svg");
  expect(iconOf("compositeWithTrainedAlgorithmicMedia")).toBe("/modified.svg");
  expect([iconOf("algorithmicMedia"), iconOf(null)]).toEqual([undefined, undefined]);
});
