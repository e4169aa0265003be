import { expect, it } from "vitest";
import { runCommand } from "../command.ts";
import { takeCpuTime, withCpuTime } from "./cpu-time.ts";

it.skipIf(process.platform === "win32")("measures the CPU time of a command and of its child processes", async () => {
  const busy = "const cpu = process.cpuUsage(); while (process.cpuUsage(cpu).user < 300_000);";
  const parent = `require("child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}]); console.log("done")`;
  const { succeeded, output } = await runCommand(withCpuTime(["node", "-e", parent]));
  expect(succeeded).toBe(true);
  const taken = takeCpuTime(output);
  expect(taken.output).toBe("done\n");
  expect(taken.seconds).toBeGreaterThanOrEqual(0.3);
});

it.skipIf(process.platform === "win32")("fails as the command does", async () => {
  const { succeeded, output } = await runCommand(withCpuTime(["node", "-e", 'console.log("a b"); process.exit(3)']));
  expect(succeeded).toBe(false);
  expect(takeCpuTime(output).output).toBe("a b\n");
});

it("adds minutes and seconds of user and system time", () => {
  expect(takeCpuTime("text\n0m0.01s 0m0.02s\n2m3.50s 1m0.25s\n")).toEqual({ output: "text\n", seconds: 183.75 });
});

it("is zero without times", () => {
  expect(takeCpuTime("killed")).toEqual({ output: "killed", seconds: 0 });
});
