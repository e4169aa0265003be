import { render } from "@testing-library/react";
import { expect, it, onTestFinished } from "vitest";

it("unmounts the components of a test when it finishes", () => {
  render(<p>A generation</p>);
  onTestFinished(() => expect(document.body.textContent).toBe(""));
});
