import { digitalSourceTypes } from "@safelight/client/contract";
import { xmlAttributesOf, xmlTagsOf } from "./xml-tags.js";
import { xmpProperties } from "./xmp-properties.js";

/** @see https://cv.iptc.org/newscodes/digitalsourcetype/ (checked 2026-11) */
export const vocabulary = "http://cv.iptc.org/newscodes/digitalsourcetype/";
/** The namespace of `DigitalSourceType`. */
export const iptcNamespace = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

const aiTypes: ReadonlySet<string | null> = new Set(digitalSourceTypes.map((type) => vocabulary + type));

/**
 * Whether a packet states that AI made the file: by exactly one `DigitalSourceType`, in the namespace of the IPTC. Its
 * text may come from a user, who uploaded it to a vendor that keeps metadata.
 */
export function statesAi(packet: string): boolean {
  const [only, another] = xmpProperties(packet, "DigitalSourceType");
  if (only === undefined || another !== undefined) return false;
  return aiTypes.has(only.value) && isOfIptc(only.prefix, packet);
}

/** A packet without any `DigitalSourceType`. `null` if one has no end. */
export function withoutSourceType(packet: string): string | null {
  let text = "";
  let from = 0;
  for (const { end, start } of xmpProperties(packet, "DigitalSourceType")) {
    if (end === -1) return null;
    text += packet.slice(from, start);
    from = end;
  }
  return text + packet.slice(from);
}

/** Whether each declaration of a prefix is that of the IPTC. */
function isOfIptc(prefix: string, packet: string): boolean {
  const declarations = [...xmlTagsOf(packet)].flatMap((tag) => [...xmlAttributesOf(tag)]);
  const namespaces = declarations.filter((attribute) => attribute.prefix === "xmlns" && attribute.name === prefix);
  return namespaces.length > 0 && namespaces.every(({ value }) => value === iptcNamespace);
}
