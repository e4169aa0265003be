import { type XmlTag, xmlAttributesOf, xmlTagsOf } from "./xml-tags.js";

/** Max characters of a value. */
const maxValueLength = 500;

/** A property of an XMP packet: an attribute or an element. */
export interface XmpProperty {
  /** Empty for an element without one. */
  readonly prefix: string;
  /**
   * The attribute, the text of the element, or its `rdf:resource`. Of a list, it is the first item. `null` if it is empty or too
   * long, or the element has no end.
   */
  readonly value: string | null;
  readonly start: number;
  /** -1 for an element without an end. */
  readonly end: number;
}

/** The properties of a packet with this name, with any prefix, in document order. Takes linear time on any text. */
export function* xmpProperties(packet: string, name: string): Generator<XmpProperty> {
  const tags = [...xmlTagsOf(packet)];
  let next = 0;
  for (const [at, tag] of tags.entries()) {
    // Within the element before.
    if (at < next) continue;
    const [, prefix = "", element] = /^<(?:([^\s:/>]+):)?([^\s:/>]+)/.exec(tag.text) ?? [];
    if (element === name) {
      const close = closeOf(tags, at);
      const end = tags[close];
      const value = resourceOf(tag) ?? textOf(packet, tags.slice(at, close + 1));
      yield { prefix, value, start: tag.index, end: end === undefined ? -1 : end.index + end.text.length };
      if (end === undefined) return;
      next = close + 1;
      continue;
    }
    for (const { end, name: attribute, prefix, start, value } of xmlAttributesOf(tag)) {
      // An attribute without a prefix has no namespace.
      if (attribute === name && prefix !== "") yield { prefix, value: toValue(value), start, end };
    }
  }
}

/** The first value of a property; `null` without one. */
export function xmpValue(packet: string, name: string): string | null {
  for (const { value } of xmpProperties(packet, name)) if (value !== null) return value;
  return null;
}

/** Index of the tag that ends the element which starts at a tag; -1 without one. */
function closeOf(tags: readonly XmlTag[], at: number): number {
  const text = tags[at]?.text ?? "";
  if (text.endsWith("/>")) return at;
  const [, name = ""] = /^<([^\s/>]+)/.exec(text) ?? [];
  for (let index = at + 1; index < tags.length; index += 1) {
    if (tags[index]?.text.slice(0, -1).trimEnd() === `</${name}`) return index;
  }
  return -1;
}

function resourceOf(tag: XmlTag): string | null {
  for (const { name, value } of xmlAttributesOf(tag)) if (name === "resource") return toValue(value);
  return null;
}

/** The first text of an element. A list has elements around its items. */
function textOf(packet: string, tags: readonly XmlTag[]): string | null {
  const close = tags.findIndex(({ text }) => text.startsWith("</"));
  const open = tags[close - 1];
  const end = tags[close];
  return open && end ? toValue(packet.slice(open.index + open.text.length, end.index)) : null;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function toValue(xml: string): string | null {
  if (xml.length > maxValueLength) return null;
  const text = xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? "").trim();
  return text === "" ? null : text;
}
