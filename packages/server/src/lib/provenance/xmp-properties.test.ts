import { describe, expect, it } from "vitest";
import { xmpValue } from "./xmp-properties.js";

const propertyOf = (content: string, name = "AISystemUsed") => xmpValue(`<x:xmpmeta>${content}</x:xmpmeta>`, name);

describe("xmpValue", () => {
  it("reads an attribute, an element, a resource and the first item of a list", () => {
    expect(propertyOf('<rdf:Description iptc:AISystemUsed="Acme &amp; Sons"/>')).toBe("Acme & Sons");
    expect(propertyOf("<rdf:Description i:AISystemUsed = 'Acme'/>")).toBe("Acme");
    expect(propertyOf("<i:AISystemUsed>Acme</i:AISystemUsed>")).toBe("Acme");
    expect(propertyOf('<i:AISystemUsed rdf:resource="https://acme.example/"/>')).toBe("https://acme.example/");
    const list = "<rdf:Alt><rdf:li xml:lang='en'>Acme</rdf:li><rdf:li>Other</rdf:li></rdf:Alt>";
    expect(propertyOf(`<i:AISystemUsed>${list}</i:AISystemUsed>`)).toBe("Acme");
  });

  it("reads no text, comment or other property that looks like it", () => {
    expect(propertyOf('<!-- i:AISystemUsed="Acme" -->')).toBeNull();
    expect(propertyOf(`<a:b c:d=' i:AISystemUsed="Acme"'/>`)).toBeNull();
    expect(propertyOf(`<a:b about=' i:AISystemUsed="Acme"'/>`)).toBeNull();
    expect(propertyOf('<a:b i:AISystemUsedBefore="Acme"/>')).toBeNull();
    expect(propertyOf("<i:AISystemUsed/><i:other>Acme</i:other>")).toBeNull();
    expect(propertyOf("<i:AISystemUsed>")).toBe(null);
  });

  it("returns null for an empty and for a huge value", () => {
    expect(propertyOf('<a:b i:AISystemUsed=" "/>')).toBeNull();
    expect(propertyOf(`<a:b i:AISystemUsed="${"a".repeat(501)}"/>`)).toBeNull();
  });
});
