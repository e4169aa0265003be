import type { DigitalSourceType } from "@safelight/client/contract";

/** The facts that a packet states about a file. Never a prompt, an owner or an account. */
export interface XmpFacts {
  readonly digitalSourceType: DigitalSourceType;
  /** The name of the AI system. */
  readonly system: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly generationId: string;
}

/** @see https://cv.iptc.org/newscodes/digitalsourcetype/ (checked 2026-11) */
const vocabulary = "http://cv.iptc.org/newscodes/digitalsourcetype/";
const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/** Max characters of the system's name. */
const maxSystemLength = 200;

/** Whether a packet states how the file was made. */
export function statesSourceType(packet: string): boolean {
  return packet.includes("DigitalSourceType");
}

/** A new packet with the facts. */
export function xmpPacket(facts: XmpFacts): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${rdf}">${descriptionOf(facts, "")}</rdf:RDF></x:xmpmeta>` +
    '<?xpacket end="w"?>'
  );
}

/**
 * Adds the facts to a packet of another program, in a second description. Keeps all its text. A property that is there
 * is not repeated: readers reject a packet with two values.
 *
 * @returns `null` if the packet has no end of its descriptions.
 */
export function withFacts(packet: string, facts: XmpFacts): string | null {
  const end = [...packet.matchAll(/<\/[A-Za-z_][\w.-]*:RDF\s*>/g)].at(-1)?.index;
  return end === undefined ? null : packet.slice(0, end) + descriptionOf(facts, packet) + packet.slice(end);
}

function descriptionOf({ createdAt, digitalSourceType, generationId, system }: XmpFacts, packet: string): string {
  const properties = [
    ["Iptc4xmpExt:DigitalSourceType", `${vocabulary}${digitalSourceType}`],
    ["Iptc4xmpExt:AISystemUsed", system.slice(0, maxSystemLength)],
    ["xmp:CreateDate", new Date(createdAt).toISOString()],
    ["xmpMM:DocumentID", generationId],
  ] as const;
  const attributes = properties
    .filter(([name]) => !packet.includes(name.slice(name.indexOf(":"))))
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  return (
    `<rdf:Description xmlns:rdf="${rdf}" rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"` +
    ` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"${attributes.join("")}/>`
  );
}

/** Control characters, and halves of characters: XML cannot contain them. */
const invalid = /[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(text: string): string {
  return text.replace(invalid, "\ufffd").replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
