import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countPlaywright, countVitest, line, sum } from './count.mjs';

// The last line of `npm test` must not claim more than what ran.

const folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-count-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(content: unknown): string {
  const file = path.join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const units = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };

test('passed, failed and skipped tests are counted, todo as skipped', () => {
  expect(countVitest(report(units), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
});

test('a test file that does not load is a failure', () => {
  const broken = { ...units, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(countVitest(report(broken), 1).failed).toBe(1);
});

test('a run that ends badly without a failed test is a failure', () => {
  expect(countVitest(report(units), 1).failed).toBe(1);
  const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 0 };
  expect(countPlaywright(report({ stats }), 1)).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test('a run that left no report is a failure', () => {
  expect(countPlaywright(path.join(folder, 'none.json'), 0).failed).toBe(1);
});

test('the last line names skipped tests only where there are some', () => {
  expect(line(sum([{ passed: 1, failed: 0, skipped: 0 }]))).toBe('1 passed, 0 failed');
  expect(line({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
});
