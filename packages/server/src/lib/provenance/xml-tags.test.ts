import fc from "fast-check";
import { expect, it } from "vitest";
import { xmlTagsOf } from "./xml-tags.js";

const tagsOf = (text: string) => [...xmlTagsOf(text)].map((tag) => tag.text);

it("finds tags, and skips comments, character data and instructions", () => {
  const text = `<?xml?><a b="1 > 0" c='"'>text<!-- <x/> --><![CDATA[<y/>]]></a>`;
  expect(tagsOf(text)).toEqual([`<a b="1 > 0" c='"'>`, "</a>"]);
});

it.each(["<a <b>", "<a", "<!-- <b/>", '<a b="<c/>', "<![CDATA[ <b/>"])("ends at malformed text: %s", (text) => {
  expect(tagsOf(`<ok/>${text}`)).toEqual(["<ok/>"]);
});

it("returns slices of any text, in order", () => {
  const piece = fc.constantFrom("<", ">", '"', "'", "a", " ", "!--", "-->", "/", "?");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      let last = -1;
      for (const tag of xmlTagsOf(text)) {
        expect(tag.index).toBeGreaterThan(last);
        expect(text.startsWith(tag.text, tag.index)).toBe(true);
        last = tag.index;
      }
    }),
  );
});
