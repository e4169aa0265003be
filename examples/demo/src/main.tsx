import "@fontsource-variable/hanken-grotesk/wght.css";
import "@fontsource-variable/newsreader/opsz.css";
import "@fontsource-variable/newsreader/wght-italic.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/reduced-motion.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { reloadOnVisitorChange } from "./visitor/visitor.ts";

reloadOnVisitorChange();
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root element.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
