import { maxPageBytes } from "./max-page-bytes.js";

/** The first rows that together fit into a page; at least one. `size`: bytes of JSON. */
export function firstPage<Row extends Readonly<Record<string, unknown>>>(rows: readonly Row[]): readonly Row[] {
  let bytesBefore = 0;
  return rows.filter(({ size }) => {
    const isOnPage = bytesBefore < maxPageBytes;
    bytesBefore += Number(size);
    return isOnPage;
  });
}
