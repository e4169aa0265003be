/** A JSON response in which `"…"` is replaced by that many characters. */
export function longResponse(json: object, characters: number): Response {
  const [head = "", tail = ""] = JSON.stringify(json).split("…");
  const encoder = new TextEncoder();
  return new Response(new Blob([encoder.encode(head), new Uint8Array(characters).fill(65), encoder.encode(tail)]));
}
