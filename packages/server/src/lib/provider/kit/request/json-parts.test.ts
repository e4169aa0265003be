import { describe, expect, it } from "vitest";
import { hasTooManyParts, watchParts } from "./json-parts.js";
import { readAnswer } from "./vendor-request.js";

const encode = (text: string) => new TextEncoder().encode(text);
/** Of so many parts and the list around them, and as long as it takes to be looked at. */
const list = (parts: number) => `[${"1,".repeat(parts - 1)}"${"x".repeat(1_048_576)}"]`;
const isTooMuch = (text: string) => watchParts()(encode(text));

describe("watchParts", () => {
  it("takes 200,000 parts, and no more", () => {
    expect(isTooMuch(list(200_000))).toBe(false);
    expect(isTooMuch(list(200_001))).toBe(true);
    expect(isTooMuch(list(300_000).replaceAll("1,", "{},"))).toBe(true);
    expect(watchParts(300_000)(encode(list(200_001)))).toBe(false);
  });

  it.each(["[", '{"a":', "[{},", "[1,"])("counts what begins with %j again and again", (begin) => {
    expect(isTooMuch(begin.repeat(1_100_000))).toBe(true);
  });

  it("leaves what is short alone, whatever it is made of", () => {
    expect(isTooMuch("[".repeat(1_048_576))).toBe(false);
    expect(isTooMuch("[".repeat(1_048_577))).toBe(true);
  });

  it("counts nothing inside of a text, wherever that ends", () => {
    const commas = ",[{".repeat(500_000);
    expect(isTooMuch(`["${commas}"]`)).toBe(false);
    expect(isTooMuch(`["\\"${commas}"]`)).toBe(false);
    expect(isTooMuch(`["\\\\"${commas}`)).toBe(true);
    expect(isTooMuch(`["\\\\\\"${commas}"]`)).toBe(false);
  });

  it.each(["", " \r\n\t", "\u{feff}"])("counts after %j, and not in what is no JSON, such as a picture", (blank) => {
    const commas = ",".repeat(1_100_000);
    expect(isTooMuch(`${blank}[${commas}`)).toBe(true);
    expect(isTooMuch(`${blank}P[${commas}`)).toBe(false);
  });

  it("counts the same, wherever the text is split", () => {
    const [head, tail] = [' ["a\\"b', `c", 1${",[]".repeat(400_000)}]`];
    for (let at = 0; at <= head.length; at += 1) {
      const pieces = [head.slice(0, at), head.slice(at), tail];
      const watch = watchParts();
      expect(pieces.map((piece) => watch(encode(piece)))).toEqual([false, false, true]);
    }
  });

  it("looks through a whole text as well", () => {
    expect(hasTooManyParts(list(200_000))).toBe(false);
    expect(hasTooManyParts(list(200_001))).toBe(true);
  });
});

describe("readAnswer", () => {
  it("does not read on once there is too much", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(encode(sent === 1 ? "[" : "{},".repeat(20_000)));
        if (sent === 1_000) controller.close();
      },
    });
    const reply = await readAnswer(new Response(body), 536_870_888);
    expect(reply).toMatchObject({ type: "too_long", status: 200, body: new Uint8Array() });
    expect(sent).toBeLessThan(30);
  });
});
