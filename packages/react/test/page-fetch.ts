import { expect } from "vitest";

type Fetch = (request: Request) => Promise<Response>;

/** The `fetch` of a page of the running test. After the test, the page is closed: it sends and receives nothing. */
export function pageFetch(fetch: Fetch): Fetch {
  const test = runningTest();
  const isClosed = () => runningTest() !== test;
  const never = new Promise<never>(() => {});
  return (request) => (isClosed() ? never : fetch(request).finally(() => (isClosed() ? never : undefined)));
}

function runningTest(): string {
  const { testPath, currentTestName } = expect.getState();
  return `${testPath} ${currentTestName}`;
}
