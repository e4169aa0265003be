import { describe, expect, it } from "vitest";
import {
  generationStates,
  isTerminalState,
  statesBefore,
  statusOf,
  terminalStates,
  transitions,
} from "./generation-state.js";

const activeStates = generationStates.filter((state) => !isTerminalState(state));

describe("transitions", () => {
  it("lets every active state fail, so that a deadline can end it", () => {
    for (const state of activeStates) expect(statesBefore("settle", "failed"), state).toContain(state);
  });

  it("lets nothing out of a terminal state", () => {
    for (const { from } of transitions) expect(terminalStates).not.toContain(from);
  });

  it("takes the credits once, at submit, and resolves them with every end", () => {
    for (const { from, to, money } of transitions) {
      const expected = from === null ? "debit" : to === "completed" ? "capture" : isTerminalState(to) ? "refund" : null;
      expect(money, `${from} → ${to}`).toBe(expected);
    }
  });

  it("completes only what has been stored", () => {
    expect(statesBefore("settle", "completed")).toEqual(["storing"]);
  });

  it("sends the paid request only from where no request can be on its way", () => {
    expect(statesBefore("recordIntent", "submitting")).toEqual(["queued", "retry_wait"]);
  });

  it("lists each move of a command once", () => {
    const names = transitions.map(({ command, from, to }) => `${command}: ${from} → ${to}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("reaches every state from a submit", () => {
    const reached = new Set(transitions.filter(({ from }) => from === null).map(({ to }) => to));
    for (const _ of generationStates) {
      for (const { from, to } of transitions) if (from !== null && reached.has(from)) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...generationStates].sort());
  });
});

describe("statusOf", () => {
  it("is the terminal state itself", () => {
    expect(terminalStates.map((state) => statusOf(state, 1))).toEqual(["completed", "failed", "canceled"]);
  });

  it("is pending until it started, and processing from then on, whatever the state", () => {
    for (const state of activeStates) {
      expect(statusOf(state, null), state).toBe("pending");
      expect(statusOf(state, 1), state).toBe("processing");
    }
  });
});
