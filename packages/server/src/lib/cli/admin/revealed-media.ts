import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import { parseByteRange } from "../../service/media/byte-range.js";
import { mediaPolicyOf } from "../../service/media/media-policy.js";
import type { OperatorService } from "../../service/operator-access.js";

/** The outputs of generations that an operator has revealed in this process. */
export interface RevealedMedia extends Pick<OperatorService["mediaUrls"], "urlOf"> {
  /** Responds with the file, or with 404 unless it was revealed. `null` for a path that is not below `basePath`. */
  respond(request: Request): Promise<Response | null>;
}

/** Serves the outputs of a generation after `urlOf` was called for it, which happens only after a recorded reveal. */
export function revealedMedia({
  basePath,
  storage,
  store,
}: {
  readonly basePath: string;
  readonly storage: Storage | null;
  readonly store: Pick<Store, "getDetail">;
}): RevealedMedia {
  const revealed = new Set<string>();
  return {
    async urlOf({ id, part, variant }) {
      revealed.add(id);
      return `${basePath}/${id}/${part}${variant === undefined ? "" : `/${variant}`}`;
    },
    async respond(request) {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(`${basePath}/`)) return null;
      const [id = "", part, variant] = pathname.slice(basePath.length + 1).split("/");
      const detail = storage !== null && revealed.has(id) ? await store.getDetail({ id }) : null;
      const output = detail?.generation.outputs.find(({ index }) => String(index) === part);
      const file = variant === "thumbnail" ? output?.thumbnail : output;
      const asked = file ? parseByteRange(request.headers.get("range") ?? undefined, file.byteLength) : null;
      const range = asked === "unsatisfiable" ? null : asked;
      const object = file ? await storage?.get(file.storageKey, range === null ? {} : { range }) : null;
      if (!file || !object) return new Response("404 Not Found", { status: 404 });
      return new Response(object.body, {
        status: range === null ? 200 : 206,
        headers: {
          "Content-Type": file.contentType,
          ...(range !== null && { "Content-Range": `bytes ${range.start}-${range.end}/${file.byteLength}` }),
          "Accept-Ranges": "bytes",
          "Cache-Control": "private, no-store",
          "X-Content-Type-Options": "nosniff",
          "Content-Security-Policy": mediaPolicyOf(file.contentType),
        },
      });
    },
  };
}
