import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countPlaywright, countVitest, failuresOfPlaywright, failuresOfVitest, line, sum } from './count.mjs';

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

test('what failed is named with the first line of what it said', () => {
  const assertionResults = [
    { status: 'passed', fullName: 'good', failureMessages: [] },
    {
      status: 'failed',
      fullName: 'bad law',
      failureMessages: ['\u001b[31mError: 1 is not 2\u001b[39m\n  at here'],
    },
  ];
  const testResults = [
    { name: '/a.test.ts', status: 'failed', message: '', assertionResults },
    { name: '/b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
  ];
  const failures = failuresOfVitest(report({ ...units, testResults }));
  expect(failures.map(({ why }) => why)).toEqual(['Error: 1 is not 2', 'no such module']);
  expect(failures[0]?.test).toMatch(/a\.test\.ts › bad law$/);
  expect(failuresOfVitest(path.join(folder, 'none.json'))).toEqual([]);
});

test('of the window’s tests too, those within a group and those that passed when tried again', () => {
  const spec = (title: string, ...errors: string[]) => ({
    title,
    tests: [{ results: [...errors.map((message) => ({ error: { message } })), {}] }],
  });
  const inner = { file: 'a.spec.ts', specs: [spec('inner', 'hidden\nmore'), spec('good')] };
  const outer = { file: 'a.spec.ts', specs: [spec('outer', 'late')], suites: [inner] };
  expect(failuresOfPlaywright(report({ suites: [outer] }))).toEqual([
    { test: 'a.spec.ts › outer', why: 'late' },
    { test: 'a.spec.ts › inner', why: 'hidden' },
  ]);
});
