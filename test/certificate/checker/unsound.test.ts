/** Planted faults: certificates of claims that are false, or whose proof does not show them. Each must be rejected. */
import { describe, expect, test } from "vitest";
import { check, reasonOf } from "./certificates.js";
import { RULE_NAMES } from "./mutants.js";
import { PLANTED } from "./planted.js";

describe.each(PLANTED)("planted: %s", (_, entries) => {
  test.each(entries.map((e, k) => [k, e[1], e[3].join("; "), e] as const))(
    "%i %s %s",
    (_k, _e, _w, entry) => {
      const answer = check(entry);
      expect(answer.accepted, reasonOf(answer)).toBe(false);
      expect(reasonOf(answer)).not.toMatch(/checker failed/);
    },
  );
});

describe("every rule refuses unsound uses of itself", () => {
  const reasons = PLANTED.flatMap(([, entries]) => entries.map((e) => reasonOf(check(e))));

  test.each(RULE_NAMES)("%s at least two", (rule) => {
    const own = reasons.filter((r) => r.startsWith(`${rule} (`));
    expect(own.length).toBeGreaterThanOrEqual(2);
  });
});
