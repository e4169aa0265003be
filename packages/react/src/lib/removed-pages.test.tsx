import { render } from "@testing-library/react";
import { expect, it, onTestFinished } from "vitest";

it("removes the components of a test after it", () => {
  render(<p>A generation</p>);
  onTestFinished(() => expect(document.body.textContent).toBe(""));
});
