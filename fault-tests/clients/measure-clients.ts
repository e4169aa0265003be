import { vendorClients, versionOf } from "./clients.js";
import { clientFaults } from "./faults.js";
import { type Measured, measureAdapter, measureClient } from "./measure-client.js";

/** Measures all clients concurrently, since they mostly wait. Returns the table in Markdown. */
export async function measureClients(): Promise<string> {
  const rows = await Promise.all(
    vendorClients.map(async (client) => {
      const cells = await Promise.all(
        clientFaults.map(async (fault) => ({
          client: await measureClient(client, fault),
          adapter: await measureAdapter(client, fault),
        })),
      );
      const version = await versionOf(client.packageName);
      return [
        [`\`${client.call}\` of \`${client.packageName}\` ${version}`, ...cells.map((cell) => textOf(cell.client))],
        [`Safelight's \`${client.adapter}\``, ...cells.map((cell) => textOf(cell.adapter))],
      ];
    }),
  );
  const lines = [["", ...clientFaults], ["---", ...clientFaults.map(() => "---:")], ...rows.flat()];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function textOf({ sent, taken }: Measured): string {
  return `${sent} sent, ${taken} paid`;
}
