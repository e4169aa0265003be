import { html } from "hono/html";
import type { FoundOutput } from "../../ports/store/media-key-store.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { table } from "./table.js";
import { generationLink, modelLink, ownerLink, time } from "./values.js";

interface FileView {
  /** In lowercase; empty before a search. */
  readonly sha256: string;
  /** Oldest first. */
  readonly outputs: readonly FoundOutput[];
  /** Max bytes of an upload, for browsers without JavaScript. */
  readonly maxBytes: number;
}

export function filePage(request: PageRequest, view: FileView): Markup {
  const { maxBytes, sha256 } = view;
  const { basePath } = request.deps.settings;
  const body = html`
<form class="drop" method="post" action="${basePath}/files" enctype="multipart/form-data" data-hash>
<p>Choose an image or a video, or drop it here, to find the generation that made it. The browser computes its SHA-256 and does not
upload it.</p>
<noscript><p>Without JavaScript, the file is uploaded, hashed and not kept; at most ${Math.floor(maxBytes / 1_048_576)} MiB.</p></noscript>
<label>File <input name="file" type="file" required></label>
<button>Look up</button>
<p role="status" id="hashing"></p>
</form>
<form class="filter" action="${basePath}/files">
<label for="sha256">SHA-256</label>
<input id="sha256" name="sha256" value="${sha256}" required pattern="\\s*[0-9a-fA-F]{64}\\s*" title="64 hexadecimal digits" autocomplete="off" spellcheck="false">
<button>Look up</button>
</form>
${sha256 === "" ? "" : results(request, view)}`;
  return page(request, { heading: "Look up a file", body });
}

function results(request: PageRequest, { outputs }: FileView): Markup {
  return html`<section><h2>Outputs with this hash</h2>
${table({
  caption: "Outputs",
  columns: ["Generation", { number: "Output" }, "Model", "Owner", "Submitted", "Deleted"],
  rows: outputs.map(({ createdAt, deletedAt, generationId, index, model, ownerId }) => [
    generationLink(request, generationId),
    String(index),
    modelLink(request, model),
    ownerLink(request, ownerId),
    time(createdAt),
    deletedAt === null ? null : html`deleted on ${time(deletedAt)}`,
  ]),
  empty:
    "No output is this file, byte for byte. A thumbnail, a crop, a copy that an app compressed again and an output of an erased owner have no match.",
})}</section>`;
}
