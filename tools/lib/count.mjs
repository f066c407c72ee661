import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { cache, shown } from './paths.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ test: string, why: string }} Failure a test by file and name, and the first line of what it said */

export const reports = path.join(cache, 'reports');

/** @returns {Counts} */
export function none() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** @param {Counts[]} parts @returns {Counts} */
export function sum(parts) {
  const total = none();
  for (const part of parts) {
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
  }
  return total;
}

/** The plain line that ends a test run. */
export function line(/** @type {Counts} */ { passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts of vitest's JSON report. A file that does not even load holds no tests and counts as one failure, and so does
 * a run that ended badly without any.
 *
 * @param {string} file
 * @param {number} code vitest's exit status
 * @returns {Counts}
 */
export function countVitest(file, code) {
  const report = read(file);
  if (!report) return { ...none(), failed: 1 };
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
  return honest(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unloaded,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    code,
  );
}

/**
 * Counts of Playwright's JSON report.
 *
 * @param {string} file
 * @param {number} code Playwright's exit status
 * @returns {Counts}
 */
export function countPlaywright(file, code) {
  const report = read(file);
  if (!report) return { ...none(), failed: 1 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return honest({ passed: expected, failed: unexpected + flaky, skipped }, code);
}

/**
 * What failed in vitest's JSON report, so that it can stand together at the end of a long output.
 *
 * @param {string} file
 * @returns {Failure[]} empty where there is no report
 */
export function failuresOfVitest(file) {
  /** @type {{ name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[]} */
  const files = read(file)?.testResults ?? [];
  return files.flatMap(({ name, status, message, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) return [failure(shown(name), message)];
    return assertionResults
      .filter((one) => one.status === 'failed')
      .map((one) => failure(`${shown(name)} › ${one.fullName}`, one.failureMessages[0]));
  });
}

/** @typedef {{ title: string, file: string, suites?: Suite[], specs: { title: string, tests: { results: { error?: { message?: string } }[] }[] }[] }} Suite */

/**
 * What failed in Playwright's JSON report, a test that passed only when it was tried again among it.
 *
 * @param {string} file
 * @returns {Failure[]} empty where there is no report
 */
export function failuresOfPlaywright(file) {
  /** @param {Suite} suite @returns {Failure[]} */
  const within = (suite) => [
    ...suite.specs.flatMap(({ title, tests }) =>
      tests.flatMap(({ results }) => {
        const error = results.find((one) => one.error)?.error;
        return error ? [failure(`${suite.file} › ${title}`, error.message)] : [];
      }),
    ),
    ...(suite.suites ?? []).flatMap(within),
  ];
  /** @type {Suite[]} */
  const suites = read(file)?.suites ?? [];
  return suites.flatMap(within);
}

/** @param {string} test @param {string} [message] @returns {Failure} */
function failure(test, message = '') {
  const [first = ''] = stripVTControlCharacters(message).trim().split('\n');
  return { test, why: first.slice(0, 300) };
}

/** @param {Counts} counts @param {number} code @returns {Counts} */
function honest(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param {string} file */
function read(file) {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`The report ${shown(file)} cannot be read.`, { cause });
  }
}
