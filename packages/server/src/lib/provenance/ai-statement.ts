import { digitalSourceTypes } from "@safelight/client/contract";
import { type XmlTag, xmlTagsOf } from "./xml-tags.js";
import { xmpProperties } from "./xmp-properties.js";

/** @see https://cv.iptc.org/newscodes/digitalsourcetype/ (checked 2026-11) */
export const vocabulary = "http://cv.iptc.org/newscodes/digitalsourcetype/";
/** The namespace of `DigitalSourceType`. */
export const iptcNamespace = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

const aiTypes: ReadonlySet<string | null> = new Set(digitalSourceTypes.map((type) => vocabulary + type));

/** Place of a property `DigitalSourceType` in a packet: an attribute or an element. */
interface SourceType {
  /** Empty for an element without one. */
  readonly prefix: string;
  readonly start: number;
  /** -1 for an element without an end. */
  readonly end: number;
}

/**
 * Whether a packet states that AI made the file: by exactly one `DigitalSourceType`, in the namespace of the IPTC. Its
 * text may come from a user, who uploaded it to a vendor that keeps metadata.
 */
export function statesAi(packet: string): boolean {
  const [only, another] = sourceTypesOf(packet);
  if (only === undefined || another !== undefined) return false;
  return aiTypes.has(xmpProperties(packet)("DigitalSourceType")) && isOfIptc(only.prefix, packet);
}

/** A packet without any `DigitalSourceType`. `null` if one has no end. */
export function withoutSourceType(packet: string): string | null {
  let text = "";
  let from = 0;
  for (const { end, start } of sourceTypesOf(packet)) {
    if (end === -1) return null;
    text += packet.slice(from, start);
    from = end;
  }
  return text + packet.slice(from);
}

/** All of a packet, in their order, with any prefix or none. Takes linear time on any text. */
function* sourceTypesOf(packet: string): Generator<SourceType> {
  let open: { readonly name: string; readonly start: number } | null = null;
  for (const { index, text } of xmlTagsOf(packet)) {
    const end = index + text.length;
    if (open !== null) {
      if (text.slice(0, -1).trimEnd() !== `</${open.name}`) continue;
      yield { prefix: prefixOf(open.name), start: open.start, end };
      open = null;
      continue;
    }
    const name = /^<((?:[^\s:/>]+:)?DigitalSourceType)[\s/>]/.exec(text)?.[1];
    if (name === undefined) yield* attributesOf({ index, text });
    else if (text.endsWith("/>")) yield { prefix: prefixOf(name), start: index, end };
    else open = { name, start: index };
  }
  if (open !== null) yield { prefix: prefixOf(open.name), start: open.start, end: -1 };
}

function* attributesOf({ index, text }: XmlTag): Generator<SourceType> {
  for (const attribute of text.matchAll(/\s([^\s:="'<>]+:)([^\s:="'<>]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)) {
    const [all, prefix = "", name] = attribute;
    const start = index + attribute.index;
    if (name === "DigitalSourceType") yield { prefix: prefixOf(prefix), start, end: start + all.length };
  }
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(":")));
}

/** Whether each declaration of a prefix is that of the IPTC. */
function isOfIptc(prefix: string, packet: string): boolean {
  const declarations = [...packet.matchAll(/\sxmlns:([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  const namespaces = declarations.flatMap(([, name, double, single]) => (name === prefix ? [double ?? single] : []));
  return namespaces.length > 0 && namespaces.every((namespace) => namespace === iptcNamespace);
}
