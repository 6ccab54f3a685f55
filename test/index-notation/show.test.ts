import { test } from "vitest";
import { printLatex, printText } from "../../src/index-notation/index.js";
import { MODELS, naming } from "./models.js";

test("show", () => {
  for (const [k, e] of Object.entries(MODELS))
    console.log(k.padEnd(26), printText(e, naming).text, "\n    ", printLatex(e, naming).latex);
});
