import type { Payload } from '../../contract/channels.ts';
import { t } from '../ui/words.ts';
import { attempt, bridge } from './bridge.ts';
import { NO_HISTORY } from './history.ts';
import { sessionOf } from './session.ts';
import { getState, goTo, roomIn, type StudioState, select, setState } from './store.ts';

/** Whether there is something to save: pictures in Restore or Style. */
export function hasProject(state: StudioState): boolean {
  return (['restore', 'style'] as const).some((studio) => roomIn(state, studio).sources.length > 0);
}

/** @param as under its name, under another one, or with the pictures inside */
export async function saveProject(as: 'same' | 'other' | 'embedded'): Promise<void> {
  const saved = await attempt(bridge.saveProject({ page: sessionOf(getState()), as }));
  if (saved?.name === undefined) return;
  setState({ project: saved.name });
  showTitle(saved.name);
}

/** Shows a project: its pictures are open by now. What was done before has nothing to be undone on any more. */
export function takeProject({ name, page, missing }: Payload<'project.opened'>): void {
  const { style } = page;
  setState({
    project: name,
    settings: page.settings,
    masks: page.masks,
    brush: undefined,
    ...(style && { style: style.settings }),
  });
  for (const [studio, selected] of [
    ['restore', page.selected],
    ['style', style?.selected],
  ] as const)
    if (selected !== undefined && roomIn(getState(), studio).sources.some(({ id }) => id === selected))
      select(selected, studio);
  goTo(page.studio);
  setState(({ away }) => ({
    history: NO_HISTORY,
    away: Object.fromEntries(
      Object.entries(away).map(([studio, room]) => [
        studio,
        studio === 'interpolate' ? room : { ...room, history: NO_HISTORY },
      ]),
    ),
  }));
  showTitle(name);
  if (missing.length > 0)
    setState({
      notice: {
        code: 'input/unreadable',
        message: t('project.missing', { count: missing.length, names: missing.slice(0, 5).join(', ') }),
        hint: t('project.missingHint'),
      },
    });
}

/** The window is called after the project. */
export function showTitle(project: string | undefined): void {
  document.title = project === undefined ? 'Gesso' : `${project} – Gesso`;
}
