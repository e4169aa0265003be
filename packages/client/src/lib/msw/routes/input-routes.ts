import type { InputResponse } from "../../contract/wire.js";
import { matchesIfNoneMatch } from "../request/entity-tag.js";
import { measureUpload } from "../request/measure-upload.js";
import type { MockRequest } from "../request/mock-request.js";
import { invalidInput, Refusal } from "../request/refusal.js";
import type { MockInput } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { isSigned, signPath } from "../state/signed-urls.js";

/** Uploaded files: kept in memory, and returned unchanged. Multipart forms are not supported. */
export const inputRoutes = {
  "POST /inputs"(state: MockState, { bytes, headers }: MockRequest): Response {
    const owner = state.caller;
    if (!/^((image|video|audio)\/|application\/octet-stream|$)/i.test(headers.get("content-type") ?? "")) {
      throw new Refusal("unsupported_media_type");
    }
    if (bytes.byteLength === 0) throw invalidInput("The file is empty.", ["file"]);
    const measured = measureUpload(bytes);
    if (measured === null) throw new Refusal("unsupported_media_type");
    const input: MockInput = { id: state.newInputId(), bytes, ...measured };
    owner.inputs.set(input.id, input);
    const path = `${state.settings.basePath}/inputs/${input.id}`;
    const url = signPath(path, state.settings.urlLifetimeMs);
    const body: InputResponse = { input: { id: input.id, url, ...measured } };
    return Response.json(body, { status: 201, headers: { location: path } });
  },

  "GET /inputs/:inputId"(state: MockState, request: MockRequest): Response {
    const { headers, id, query } = request;
    const input = isSigned(query) ? state.inputOf(id) : state.caller.inputs.get(id);
    if (input === undefined) throw new Refusal("not_found");
    const { bytes, contentType } = input;
    const isDownload = query.get("download") === "1";
    const facts = {
      "content-type": contentType,
      "content-disposition": isDownload ? `attachment; filename="${id}-input.${extensionOf(contentType)}"` : "inline",
      "content-security-policy": "default-src 'none'; sandbox",
      etag: `"${id}"`,
    };
    if (matchesIfNoneMatch(headers.get("if-none-match"), id))
      return new Response(null, { status: 304, headers: facts });
    return new Response(bytes, { headers: { ...facts, "content-length": String(bytes.byteLength) } });
  },
};

/** The usual extensions of types that are not named like their extension. */
const usualExtensions: Readonly<Record<string, string>> = {
  "audio/mp4": "m4a",
  "audio/mpeg": "mp3",
  "video/quicktime": "mov",
};

function extensionOf(contentType: string): string {
  return usualExtensions[contentType] ?? contentType.slice(6);
}
