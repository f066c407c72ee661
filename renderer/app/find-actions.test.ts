import { expect, it } from 'vitest';
import { ACTION_IDS } from '../../contract/actions.ts';
import { findActions } from './find-actions.ts';

it('lists everything but itself while nothing is typed', () => {
  expect(findActions(' ').toSorted()).toEqual(ACTION_IDS.filter((id) => id !== 'app.palette').toSorted());
});

it('finds by any part of the label, what begins with it first', () => {
  expect(findActions('fi')[0]).toBe('view.fit');
  expect(findActions('before after')).toContain('view.flicker');
  expect(findActions('FOLDER')).toEqual(['sources.openFolder', 'result.reveal']);
});

it('finds a whole menu by its name', () => {
  expect(findActions('queue').length).toBeGreaterThan(3);
});

it('finds nothing for nonsense', () => {
  expect(findActions('xyzzy')).toEqual([]);
});
