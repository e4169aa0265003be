import { expect, it } from "vitest";
import { toTextTable } from "./text-table.js";

it("escapes characters that would clear a terminal or begin another row", () => {
  const owner = "evil\u001b[2J\nfake row\u202e\u2028";
  expect(
    toTextTable([
      ["id", "owner"],
      ["gen_1", owner],
    ]),
  ).toBe("id     owner\ngen_1  evil\\u{1b}[2J\\u{a}fake row\\u{202e}\\u{2028}\n");
});
