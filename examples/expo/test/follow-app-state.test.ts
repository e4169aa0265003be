import assert from "node:assert/strict";
import { test } from "node:test";
import { focusManager, QueryClient, QueryObserver } from "@tanstack/react-query";
import { followAppState } from "../src/follow-app-state.ts";

/** React Native's `AppState`, of which a test sets the state. */
function fakeAppState() {
  const listeners = new Set<(state: string) => void>();
  return {
    listeners,
    set: (state: string) => {
      for (const listener of listeners) listener(state);
    },
    addEventListener: (_: "change", listener: (state: string) => void) => {
      listeners.add(listener);
      return { remove: () => void listeners.delete(listener) };
    },
  };
}

test("a stale query is fetched again when the app comes to the foreground, and not while it is inactive", async (t) => {
  const appState = fakeAppState();
  followAppState(focusManager, appState);
  const queryClient = new QueryClient();
  queryClient.mount();
  t.after(() => queryClient.unmount());
  let fetches = 0;
  const observer = new QueryObserver(queryClient, { queryKey: ["credits"], queryFn: () => ++fetches, staleTime: 0 });
  t.after(observer.subscribe(() => {}));
  await queryClient.fetchQuery({ queryKey: ["credits"], queryFn: () => ++fetches, staleTime: "static" });
  assert.equal(fetches, 1);
  appState.set("inactive");
  assert.equal(focusManager.isFocused(), true);
  appState.set("background");
  assert.equal(focusManager.isFocused(), false);
  assert.equal(fetches, 1);
  appState.set("active");
  await queryClient.fetchQuery({ queryKey: ["credits"], queryFn: () => ++fetches, staleTime: "static" });
  assert.equal(fetches, 2);
});

test("a second call removes the listener of the first, as after an edit in development", () => {
  const appState = fakeAppState();
  followAppState(focusManager, appState);
  followAppState(focusManager, appState);
  assert.equal(appState.listeners.size, 1);
});
