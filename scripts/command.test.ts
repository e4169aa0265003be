import { afterEach, expect, it, vi } from "vitest";
import { runCommand } from "./command.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("kills a command and its descendants after too long without output", async () => {
  // The second process inherits the output: the command is not over while it runs.
  const child = `require("child_process").spawn("sleep", ["600"], { stdio: "inherit" }); setInterval(() => {}, 1000)`;
  const { succeeded, output } = await runCommand(["node", "-e", child], { maxSilenceMs: 1_000 });
  expect(succeeded).toBe(false);
  expect(output).toMatch(/Ended: no output for 1 s/);
});

it("waits for a command while it prints", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const child = `let lines = 0; const timer = setInterval(() => { console.log("line"); if (++lines === 5) clearInterval(timer) }, 20)`;
  const lines: string[] = [];
  const { succeeded } = await runCommand(["node", "-e", child], {
    maxSilenceMs: 1_000,
    onOutput: (text) => {
      lines.push(text);
      vi.advanceTimersByTime(999);
    },
  });
  expect(succeeded).toBe(true);
  expect(lines.join("")).toBe("line\n".repeat(5));
});
