import { expect, it } from "vitest";
import { runCommand } from "./run-command.js";

const password = "S3CRETpw";
const faulty = [
  `"postgres://user:${password}@127.0.0.1:1/db"`,
  ` postgres://user:${password}@127.0.0.1:1/db`,
  `DATABASE_URL=postgres://user:${password}@127.0.0.1:1/db`,
  `postgres//user:${password}@127.0.0.1:1/db`,
];
const commands = [["ls"], ["audit"], ["costs"], ["migrate"], ["doctor", "--db"], ["init", "--dry-run", "--db"]];

it.each(commands)("does not print the password of a malformed URL: %s", async (...command) => {
  for (const url of faulty) {
    const { errors, exitCode, output } = await runCommand([...command, url], {});
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/is not a URL/);
    expect(errors + output).not.toContain(password);
  }
});

it.each(commands)(
  "refuses a libSQL server with a password in its URL, and does not print it: %s",
  async (...command) => {
    for (const scheme of ["libsql", "http", "wss"]) {
      const { errors, exitCode, output } = await runCommand(
        [...command, `${scheme}://user:${password}@127.0.0.1:1`],
        {},
      );
      expect(exitCode).toBe(2);
      expect(errors).toMatch(/SAFELIGHT_AUTH_TOKEN/);
      expect(errors + output).not.toContain(password);
    }
  },
);

it("refuses a server with a password in its address, and does not print it", async () => {
  const { errors, exitCode, output } = await runCommand(
    ["doctor", "--server", `https://user:${password}@app.example`],
    {},
  );
  expect(exitCode).toBe(2);
  expect(errors).toMatch(/--header/);
  expect(errors + output).not.toContain(password);
});

it("names the path that lacks a scheme", async () => {
  expect((await runCommand(["ls", "data/app.db"], {})).errors).toContain("use file:data/app.db");
});
