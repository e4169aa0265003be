/** An answer of JSON with one text in it that has that many characters more: in the place of `"…"`, which it is made of. */
export function longAnswer(json: object, characters: number): Response {
  const [head = "", tail = ""] = JSON.stringify(json).split("…");
  const encoder = new TextEncoder();
  return new Response(new Blob([encoder.encode(head), new Uint8Array(characters).fill(65), encoder.encode(tail)]));
}
