import { ServiceError } from "../service/service-error.js";

/**
 * Reads a body, counting: neither a missing nor a false `Content-Length` lets more in.
 *
 * @throws {ServiceError} payload_too_large
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    byteLength += step.value.byteLength;
    if (byteLength > maxBytes) {
      // What is left is not read; whether the sender hears of it in time is the connection's business.
      reader.cancel().catch(() => undefined);
      throw tooLarge(maxBytes);
    }
    chunks.push(step.value);
  }
  return join(chunks, byteLength);
}

function join(chunks: readonly Uint8Array[], byteLength: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError("payload_too_large", `At most ${maxBytes} bytes.`);
}
