import { describe, expect, it } from "vitest";
import { iptcNamespace, statesAi, vocabulary, withoutSourceType } from "./ai-statement.js";

const ai = `${vocabulary}trainedAlgorithmicMedia`;
const named = `xmlns:e="${iptcNamespace}"`;
const packetOf = (content: string) => `<x:xmpmeta><r:RDF>${content}</r:RDF></x:xmpmeta>`;

describe("statesAi", () => {
  it.each([
    ["an attribute", `<r:Description ${named} e:DigitalSourceType="${ai}"/>`],
    ["an element", `<r:Description ${named}><e:DigitalSourceType>${ai}</e:DigitalSourceType></r:Description>`],
    ["a resource", `<r:Description ${named}><e:DigitalSourceType r:resource='${ai}' /></r:Description>`],
    [
      "a prefix that a comment declares otherwise",
      `<!-- xmlns:e="urn:e" --><r:A ${named} e:DigitalSourceType="${ai}"/>`,
    ],
  ])("finds %s of the IPTC with a value for AI", (_, content) => {
    expect(statesAi(packetOf(content))).toBe(true);
    expect(withoutSourceType(packetOf(content))).not.toContain("DigitalSourceType");
  });

  it.each([
    ["a photograph", `<r:Description ${named} e:DigitalSourceType="${vocabulary}digitalCapture"/>`],
    ["an empty value", `<r:Description ${named} e:DigitalSourceType=""/>`],
    ["a value with more behind it", `<r:Description ${named} e:DigitalSourceType="${ai}x"/>`],
    ["an undeclared prefix", `<r:Description e:DigitalSourceType="${ai}"/>`],
    ["another namespace", `<r:Description xmlns:e="urn:e" e:DigitalSourceType="${ai}"/>`],
    ["a prefix with two namespaces", `<r:A ${named}/><r:B xmlns:e='urn:e' e:DigitalSourceType="${ai}"/>`],
    ["two values", `<r:A ${named} e:DigitalSourceType="${ai}"/><r:B e:DigitalSourceType="digitalCapture"/>`],
    ["a prefix that only a comment declares", `<!-- ${named} --><r:Description e:DigitalSourceType="${ai}"/>`],
    ["no prefix", `<DigitalSourceType xmlns="${iptcNamespace}">${ai}</DigitalSourceType>`],
    [
      "a prefix outside of ASCII",
      `<r:A xmlns:é="${iptcNamespace}" é:DigitalSourceType="${vocabulary}digitalCapture"/>`,
    ],
  ])("does not count %s, which can be removed", (_, content) => {
    expect(statesAi(packetOf(content))).toBe(false);
    expect(withoutSourceType(packetOf(content))).not.toMatch(/DigitalSourceType[=>\s/]/);
  });
});

describe("withoutSourceType", () => {
  it("keeps everything else", () => {
    const content = (property: string) =>
      `<!-- e:DigitalSourceType="" --><r:A dc:t=' e:DigitalSourceType="a"'${property}/><r:B>`;
    expect(withoutSourceType(content(' e:DigitalSourceType="b"'))).toBe(content(""));
    const quoted = `<r:A about=" e:DigitalSourceType='a'" r:about=' e:DigitalSourceType="a"'/>`;
    expect(withoutSourceType(quoted)).toBe(quoted);
    expect(withoutSourceType("<a>1<e:DigitalSourceType><b/></e:DigitalSourceType >2</a>")).toBe("<a>12</a>");
  });

  it("returns null for an element without an end", () => {
    expect(withoutSourceType("<e:DigitalSourceType>a</r:DigitalSourceType>")).toBeNull();
  });

  it("takes linear time on any text", () => {
    const count = 200_000;
    for (const text of [
      "<e:DigitalSourceType>",
      "<e:DigitalSourceType/>",
      "<a e:DigitalSourceType='' />",
      "<a  b:c  >",
    ])
      expect(() =>
        withoutSourceType(`${text.repeat(count)}<a${" ".repeat(count)}b:${"c".repeat(count)}>`),
      ).not.toThrow();
  });
});
