import { xmlTagsOf } from "./xml-tags.js";

/** Max characters of a value. */
const maxValueLength = 500;

/**
 * Reads properties of an XMP packet, by their names without a prefix: the attribute, the text of the element, or its
 * `rdf:resource`. Of a list, it is the first item. `null` if there is none, or if it is empty or too long. Takes linear time on
 * any text.
 */
export function xmpProperties(packet: string): (name: string) => string | null {
  const tags = [...xmlTagsOf(packet)];
  const textAfter = (at: number): string | null => {
    // A list has elements around its items.
    const close = tags.findIndex(({ text }, index) => index > at && text.startsWith("</"));
    const [open, end] = [tags[close - 1], tags[close]];
    return open && end ? toValue(packet.slice(open.index + open.text.length, end.index)) : null;
  };
  return (name) => {
    const element = new RegExp(`^<[\\w.-]+:${name}[\\s/>]`);
    for (const [at, { text }] of tags.entries()) {
      const attribute = attributeOf(text, name);
      if (attribute !== null) return attribute;
      if (element.test(text)) return attributeOf(text, "resource") ?? (text.endsWith("/>") ? null : textAfter(at));
    }
    return null;
  };
}

function attributeOf(tag: string, name: string): string | null {
  for (const [, found, double, single] of tag.matchAll(/\s[\w.-]+:([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (found === name) return toValue(double ?? single ?? "");
  }
  return null;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function toValue(xml: string): string | null {
  if (xml.length > maxValueLength) return null;
  const text = xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? "").trim();
  return text === "" ? null : text;
}
