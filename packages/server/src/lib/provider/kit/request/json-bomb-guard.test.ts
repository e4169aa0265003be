import { describe, expect, it } from "vitest";
import { createJsonBombGuard, isJsonBomb } from "./json-bomb-guard.js";
import { readResponse } from "./vendor-request.js";

const encode = (text: string) => new TextEncoder().encode(text);
/** A JSON array of `parts - 1` elements, so of `parts` values with the array itself, above the size that is checked. */
const list = (parts: number) => `[${"1,".repeat(parts - 1)}"${"x".repeat(1_048_576)}"]`;
const isTooMuch = (text: string) => createJsonBombGuard()(encode(text));

describe("createJsonBombGuard", () => {
  it("accepts 200,000 values and refuses one more", () => {
    expect(isTooMuch(list(200_000))).toBe(false);
    expect(isTooMuch(list(200_001))).toBe(true);
    expect(isTooMuch(list(300_000).replaceAll("1,", "{},"))).toBe(true);
    expect(createJsonBombGuard(300_000)(encode(list(200_001)))).toBe(false);
  });

  it.each(["[", '{"a":', "[{},", "[1,"])("counts repeated %j", (begin) => {
    expect(isTooMuch(begin.repeat(1_100_000))).toBe(true);
  });

  it("ignores a text of up to 1 MiB", () => {
    expect(isTooMuch("[".repeat(1_048_576))).toBe(false);
    expect(isTooMuch("[".repeat(1_048_577))).toBe(true);
  });

  it("does not count inside strings", () => {
    const commas = ",[{".repeat(500_000);
    expect(isTooMuch(`["${commas}"]`)).toBe(false);
    expect(isTooMuch(`["\\"${commas}"]`)).toBe(false);
    expect(isTooMuch(`["\\\\"${commas}`)).toBe(true);
    expect(isTooMuch(`["\\\\\\"${commas}"]`)).toBe(false);
  });

  it.each(["", " \r\n\t", "\u{feff}"])("counts JSON after %j and ignores other bytes, such as an image", (blank) => {
    const commas = ",".repeat(1_100_000);
    expect(isTooMuch(`${blank}[${commas}`)).toBe(true);
    expect(isTooMuch(`${blank}P[${commas}`)).toBe(false);
  });

  it("returns the same result for any split of the text", () => {
    const [head, tail] = [' ["a\\"b', `c", 1${",[]".repeat(400_000)}]`];
    for (let at = 0; at <= head.length; at += 1) {
      const pieces = [head.slice(0, at), head.slice(at), tail];
      const watch = createJsonBombGuard();
      expect(pieces.map((piece) => watch(encode(piece)))).toEqual([false, false, true]);
    }
  });

  it("checks a complete text", () => {
    expect(isJsonBomb(list(200_000))).toBe(false);
    expect(isJsonBomb(list(200_001))).toBe(true);
  });
});

describe("readResponse", () => {
  it("stops reading at the limit of values", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(encode(sent === 1 ? "[" : "{},".repeat(20_000)));
        if (sent === 1_000) controller.close();
      },
    });
    const result = await readResponse(new Response(body), { maxBytes: 536_870_888 });
    expect(result).toMatchObject({ type: "too_long", status: 200, body: new Uint8Array() });
    expect(sent).toBeLessThan(30);
  });
});
