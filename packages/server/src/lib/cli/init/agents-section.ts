const [start, end] = ["<!-- safelight -->", "<!-- /safelight -->"];

/** The section of AGENTS.md, between markers. */
const section = `${start}
## Safelight (AI image generations)

- The docs of the installed version are in \`node_modules/@safelight/client/dist/docs/README.md\` and at its links: read them, do not guess.
- Browser code imports the server with \`import type\` only.
- Never call \`worker.start()\` in the module that calls \`createSafelight\`: builds import it.
- \`identify\` returns the owner of a request, or \`null\`. Never trust an id that the browser sends.
- Prices are whole credits. Each grant needs a key, so that a repeat does not grant twice.
- Set \`retired: true\` on a model before you remove it, and wait until none of its generations is active.
- Call a vendor only through a provider adapter, or it may be paid twice.
- To stop (unmount, reset) ends the subscription. It never cancels the generation.
- Decide on \`error.code\`, never on the message. Do not serve the media folder.
- Check the project with \`npx safelight doctor\`; find generations with \`npx safelight ls\` and \`show\`, both with \`--json\`.
${end}
`;

/**
 * The text of AGENTS.md with the section: replaced between its markers, or at the end.
 *
 * @param text `null` without a file.
 */
export function withAgentsSection(text: string | null): string {
  if (text === null) return section;
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) return `${text.trimEnd()}\n\n${section}`;
  return `${text.slice(0, from)}${section.trimEnd()}${text.slice(to + end.length)}`;
}
