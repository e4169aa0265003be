import type { DigitalSourceType } from "@safelight/client/contract";
import { iptcNamespace, vocabulary, withoutSourceType } from "./ai-statement.js";
import { xmlTagsOf } from "./xml-tags.js";
import { xmpProperties } from "./xmp-properties.js";

/** The facts that a packet states about a file. Never a prompt, an owner or an account. */
export interface XmpFacts {
  readonly digitalSourceType: DigitalSourceType;
  /** The name of the AI system. */
  readonly system: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly generationId: string;
}

const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/** Max characters of the system's name. */
const maxSystemLength = 200;

/** A new packet with the facts. */
export function xmpPacket(facts: XmpFacts): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${rdf}">${descriptionOf(facts, "")}</rdf:RDF></x:xmpmeta>` +
    '<?xpacket end="w"?>'
  );
}

/**
 * Adds the facts to a packet of another program, in a second description. Keeps all its text but its
 * `DigitalSourceType`. Another property that is there is not repeated: readers reject a packet with two values.
 *
 * @returns `null` if the packet has no end of its descriptions, or of its `DigitalSourceType`.
 */
export function withFacts(foreign: string, facts: XmpFacts): string | null {
  const packet = withoutSourceType(foreign);
  if (packet === null) return null;
  const end = [...xmlTagsOf(packet)].findLast(({ text }) => /^<\/[A-Za-z_][\w.-]*:RDF\s*>$/.test(text))?.index;
  return end === undefined ? null : packet.slice(0, end) + descriptionOf(facts, packet) + packet.slice(end);
}

/** @param packet its properties are left out. */
function descriptionOf({ createdAt, digitalSourceType, generationId, system }: XmpFacts, packet: string): string {
  const properties = [
    ["Iptc4xmpExt:DigitalSourceType", `${vocabulary}${digitalSourceType}`],
    ["Iptc4xmpExt:AISystemUsed", system.slice(0, maxSystemLength)],
    ["xmp:CreateDate", new Date(createdAt).toISOString()],
    ["xmpMM:DocumentID", generationId],
  ] as const;
  const attributes = properties
    .filter(([name]) => hasNone(packet, name.slice(name.indexOf(":") + 1)))
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  return (
    `<rdf:Description xmlns:rdf="${rdf}" rdf:about="" xmlns:Iptc4xmpExt="${iptcNamespace}"` +
    ` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"${attributes.join("")}/>`
  );
}

/** Whether no property has this name, with any prefix. */
function hasNone(packet: string, name: string): boolean {
  return xmpProperties(packet, name).next().done === true;
}

/** Control characters, and halves of characters: XML cannot contain them. */
const invalid = /[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(text: string): string {
  return text.replace(invalid, "\ufffd").replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
