/** A page with the target of each link changed, outside of code blocks. */
export function mapLinks(markdown: string, change: (target: string) => string): string {
  return markdown
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/(?<=\]\()[^)\s]+/g, change) : part))
    .join("");
}

/** The target of each link of a page, outside of code blocks. */
export function linkTargets(markdown: string): readonly string[] {
  const targets: string[] = [];
  mapLinks(markdown, (target) => {
    targets.push(target);
    return target;
  });
  return targets;
}
