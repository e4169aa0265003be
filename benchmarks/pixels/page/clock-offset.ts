const samples = 20;

/** Offset of the server's clock from the page's, in milliseconds: of several requests, by the fastest. */
export async function clockOffset(): Promise<number> {
  let fastest = Infinity;
  let offset = 0;
  for (let count = 0; count < samples; count += 1) {
    const before = performance.now();
    const serverNow = Number(await (await fetch("/clock", { cache: "no-store" })).text());
    const after = performance.now();
    if (after - before >= fastest) continue;
    fastest = after - before;
    offset = serverNow - (performance.timeOrigin + (before + after) / 2);
  }
  return offset;
}
