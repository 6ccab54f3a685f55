import { expect, test } from "vitest";
import { fail, ok, showDiagnostic } from "../../src/model/index.js";

const span = { line: 3, column: 14, start: 40, end: 45 };

test("a diagnostic shows its place, message and hint", () => {
  const d = { code: "unknown-name", message: "unknown name betta", span, hint: "did you mean beta?" };
  expect(showDiagnostic(d)).toBe("input:3:14: unknown name betta\n  did you mean beta?");
  expect(showDiagnostic({ ...d, span: { ...span, file: "m.yaml" } })).toMatch(/^m\.yaml:3:14: /);
});

test("without place and hint it is its message", () => {
  expect(showDiagnostic({ code: "c", message: "no" })).toBe("no");
});

test("results say which they are", () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 });
  expect(fail({ code: "c", message: "no" })).toEqual({ ok: false, errors: [{ code: "c", message: "no" }] });
});
