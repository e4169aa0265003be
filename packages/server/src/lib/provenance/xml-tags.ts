/** A start or end tag of an XML text. */
export interface XmlTag {
  /** Offset of its first character. */
  readonly index: number;
  /** From `<` to `>`. */
  readonly text: string;
}

/** Sections without tags: comments, character data and processing instructions. */
const sections = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

/** The tags of an XML text, up to the first place that is not well-formed. Takes linear time on any text. */
export function* xmlTagsOf(text: string): Generator<XmlTag> {
  for (let index = text.indexOf("<"); index !== -1; ) {
    const section = sections.find(([opening]) => text.startsWith(opening, index));
    const end = section === undefined ? endOfTag(text, index) : endAfter(text, { mark: section[1], from: index });
    if (end === -1) return;
    if (section === undefined) yield { index, text: text.slice(index, end) };
    index = text.indexOf("<", end);
  }
}

/** An attribute of a start tag. */
export interface XmlAttribute {
  /** Empty for none. */
  readonly prefix: string;
  readonly name: string;
  /** As written, with its entities. */
  readonly value: string;
  /** Offset in the text, of the space before it. */
  readonly start: number;
  readonly end: number;
}

/** The attributes of a tag. Takes linear time on any text. */
export function* xmlAttributesOf({ index, text }: XmlTag): Generator<XmlAttribute> {
  // Matches attributes without a prefix, too: their values may contain text that looks like an attribute.
  const attributes = text.matchAll(/\s(?:([^\s:="'<>]+):)?([^\s:="'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  for (const { 0: all, 1: prefix = "", 2: name = "", 3: double, 4: single, index: offset } of attributes) {
    const start = index + offset;
    yield { prefix, name, value: double ?? single ?? "", start, end: start + all.length };
  }
}

/** A value in quotes may contain `>`. No tag contains `<`. */
function endOfTag(text: string, start: number): number {
  const delimiter = /[<>"']/g;
  for (delimiter.lastIndex = start + 1; ; ) {
    const found = delimiter.exec(text);
    if (found === null || found[0] === "<") return -1;
    if (found[0] === ">") return delimiter.lastIndex;
    const close = text.indexOf(found[0], delimiter.lastIndex);
    if (close === -1) return -1;
    delimiter.lastIndex = close + 1;
  }
}

function endAfter(text: string, { from, mark }: { readonly from: number; readonly mark: string }): number {
  const index = text.indexOf(mark, from);
  return index === -1 ? -1 : index + mark.length;
}
