/** The anchor that GitHub gives a heading, so that links work at both places. */
export function headingAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The anchors of a page's headings. A repeated heading gets a number, as at GitHub. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm)];
  const anchors = headings.map(([, heading = ""]) => headingAnchor(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")));
  return new Set(
    anchors.map((anchor, index) => {
      const before = anchors.slice(0, index).filter((other) => other === anchor).length;
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}
