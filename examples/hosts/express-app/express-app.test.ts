import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { partsOf, smokeFreshApp } from "./fresh-app.ts";

smokeFreshApp({
  title: "Express 5, after safelight init",
  framework: "express",
  create: `mkdir app && cd app && npm init -y && echo '{ "compilerOptions": { "allowImportingTsExtensions": true } }' > tsconfig.json
    npm pkg set type=module dependencies.express='*'`,
  module: "safelight.ts",
  importExtension: ".ts",
  paste: (app, pastes) => {
    const { imports, mounts, starts } = partsOf(pastes);
    const text = `import express from "express";
${imports}
const app = express();
${mounts}
app.use(express.json());
const port = Number(process.env.PORT);
app.listen(port, "127.0.0.1", () => console.log(\`http://127.0.0.1:\${port}/\`));
${starts}`;
    writeFileSync(join(app, "server.ts"), text);
  },
  start: { command: ["node", "--env-file=.env", "app/server.ts"] },
  packages: ["express"],
});
