import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { projectLinks } from "../../scripts/release/project-links.ts";
import { agentFiles } from "../content/agent-files.ts";
import { headingAnchor } from "../content/heading-anchor.ts";
import { rewriteLink } from "../content/rewrite-link.ts";
import { addressOf, generatedFolder, type SiteSection, siteSections } from "../content/site-pages.ts";
import { sourceAliases } from "../content/source-aliases.ts";
import { drawDiagram } from "../render/draw-diagram.ts";
import { accessibleTheme } from "./accessible-theme.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
/** `site/build.ts` writes it, before VitePress runs. */
const generated: readonly SiteSection[] = JSON.parse(read(`${generatedFolder}/sections.json`));
const sections = [...siteSections, ...generated];
const files = [...sections.flatMap(({ pages }) => pages.map(({ file }) => file)), "site/pages/index.md"];
const links = {
  pages: new Set(files),
  exists: (path: string) => existsSync(join(root, path)),
  repository: projectLinks.repository,
};

const sidebar = sections.map(({ text, collapsed = false, pages }) => ({
  text,
  collapsed,
  items: pages.map((page) => ({ text: page.text, link: addressOf(page.file) })),
}));

export default defineConfig({
  title: "Safelight",
  description: "AI image generation in your own TypeScript app: durable, charged once, live on every page.",
  lang: "en",
  srcDir: "..",
  // Pages of the docs are read where they are. Other Markdown of the repository is not part of the site.
  srcExclude: [
    "{packages,examples,decisions,deploy,fault-tests,benchmarks,scripts,.changeset}/**",
    "*.md",
    "site/README.md",
    "site/content/**",
  ],
  rewrites: Object.fromEntries(files.map((file) => [file, `${addressOf(file).slice(1) || "index"}.md`])),
  outDir: "dist",
  cacheDir: "node_modules/.cache/vitepress",
  cleanUrls: true,
  metaChunk: true,
  head: [["link", { rel: "icon", href: "/lamp.svg", type: "image/svg+xml" }]],
  transformHead: ({ pageData }) => [
    ["link", { rel: "alternate", type: "text/markdown", href: `/${pageData.relativePath}` }],
  ],
  markdown: {
    // A `<` of the docs is text.
    html: false,
    anchor: { slugify: headingAnchor },
    theme: { light: "github-light-high-contrast", dark: "vesper" },
    config: (md) => {
      const { fence } = md.renderer.rules;
      md.core.ruler.before("normalize", "without-comments", (state) => {
        state.src = state.src.replaceAll(/^<!--.*?-->$/gms, "");
      });
      // The one tag of the generated reference, between lines of a cell.
      md.inline.ruler.before("text", "line-break", (state, isSilent) => {
        if (!state.src.startsWith("<br />", state.pos)) return false;
        if (!isSilent) state.push("hardbreak", "br", 0);
        state.pos += "<br />".length;
        return true;
      });
      md.core.ruler.push("site-links", ({ env, tokens }) => {
        const from = String(env.realPath ?? env.path).slice(root.length);
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          // The docs have `{{prompt}}` in code: Vue must not evaluate it.
          if (token.type === "code_inline") token.attrSet("v-pre", "");
          const target = token.attrGet("href");
          if (token.type === "link_open" && target !== null)
            token.attrSet("href", rewriteLink(target, { ...links, from }));
        }
      });
      // biome-ignore lint/complexity/useMaxParams: a rule of markdown-it
      md.renderer.rules.fence = (tokens, index, options, env, self) => {
        const token = tokens[index];
        if (token?.info.trim() === "mermaid") return drawDiagram(token.content);
        return fence?.(tokens, index, options, env, self) ?? "";
      };
    },
  },
  vite: {
    plugins: [
      accessibleTheme,
      {
        // The pages are outside of `site`, so Vite would not find it there. Node does, from the server build in `site`.
        name: "vue-of-the-site",
        enforce: "pre",
        // biome-ignore lint/complexity/useMaxParams: a hook of Vite
        resolveId(id, _importer, { ssr }) {
          return ssr && /^vue(\/server-renderer)?$/.test(id) ? { id, external: true } : null;
        },
      },
    ],
    publicDir: join(root, "site/public"),
    resolve: {
      alias: sourceAliases(root),
      conditions: ["@safelight/source", "module", "browser", "development|production"],
    },
    build: {
      chunkSizeWarningLimit: 1_000,
      rollupOptions: {
        onwarn: (warning, warn) => {
          if (warning.code !== "MODULE_LEVEL_DIRECTIVE" && warning.code !== "SOURCEMAP_ERROR") warn(warning);
        },
      },
    },
  },
  themeConfig: {
    nav: [
      { text: "Start", link: "/overview" },
      { text: "Concepts", link: "/generations" },
      { text: "React", link: "/react" },
      { text: "Reference", link: "/options" },
      { text: "Proof", link: "/reliability" },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: {
      provider: "local",
      options: {
        // Exports are found by their names: the texts of the reference would triple the index.
        // biome-ignore lint/complexity/useMaxParams: a function of VitePress
        _render: (source, env, md) => {
          const isReference = String(env.relativePath).includes("reference/@");
          return md.render(isReference ? (source.match(/^#{1,3} .*$/gm) ?? []).join("\n\n") : source, env);
        },
      },
    },
    socialLinks: [{ icon: "github", link: links.repository }],
    docFooter: { prev: "Before", next: "Next" },
    footer: { message: "MIT license" },
  },
  buildEnd: ({ outDir }) => {
    const introduction = read("site/content/llms-introduction.md");
    for (const [path, text] of agentFiles({ sections, read, links, introduction })) {
      const target = join(outDir, path);
      if (existsSync(target)) throw new Error(`The page ${path} has the name of another file of the site.`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  },
});
