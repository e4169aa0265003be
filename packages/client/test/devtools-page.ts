import { createSafelightClient } from "../src/lib/create-safelight-client.js";
import { createDevtools } from "../src/lib/devtools/create-devtools.js";
import { SafelightError } from "../src/lib/requests/safelight-error.js";
import type { App } from "./mocked-network.js";

// A page that follows its owner's events, with the developer tools. `devtools.browser.test.ts` drives the panel.
const devtools = createDevtools();
const client = createSafelightClient<App>({ fetch: devtools.fetch });
const [connection, submitted, panel, submit] = ["output", "output", "div", "button"].map((name) =>
  document.body.appendChild(document.createElement(name)),
) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
connection.id = "connection";
submitted.id = "submitted";
panel.id = "panel";
const codeOf = (error: unknown) => (SafelightError.isInstance(error) ? error.code : String(error));

submit.addEventListener("click", () => {
  submitted.textContent = "";
  client.submit("flux", { prompt: "a lamp" }).then(
    ({ generation }) => submitted.replaceChildren(generation.status),
    (error) => submitted.replaceChildren(codeOf(error)),
  );
});
devtools.mount(panel);

async function follow(): Promise<void> {
  for await (const event of client.events()) {
    if (event.type === "connection") connection.textContent = event.state;
  }
}
follow().catch((error) => {
  connection.textContent = codeOf(error);
});
