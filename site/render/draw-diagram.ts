import { renderMermaidSVG } from "beautiful-mermaid";

/**
 * Draws a Mermaid diagram as an SVG, so that no reader loads a script for it. `safelight.css` has its colors: a template of
 * Vue must not contain a style, and the library's would import a font of another origin. The figure takes the focus, since it
 * scrolls on a narrow screen.
 */
export function drawDiagram(source: string): string {
  const svg = renderMermaidSVG(source, { transparent: true })
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/ style="[^"]*"/, "")
    .replaceAll(/>\s+</g, "><");
  return `<figure class="diagram" role="group" aria-label="Diagram" tabindex="0" v-pre>${svg.trim()}</figure>\n`;
}
