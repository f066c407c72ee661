import { ACTION_IDS, ACTIONS, type ActionId } from '../../contract/actions.ts';
import { t } from '../ui/words.ts';

/**
 * The actions whose label holds every word that was typed, those that begin with it first; the menu's name counts as
 * part of the label, so that "view" lists the views.
 */
export function findActions(typed: string): ActionId[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const label = (id: ActionId) => t(`actions.${id}`).toLowerCase();
  const found = ACTION_IDS.filter((id) => {
    const text = `${t(`menu.${ACTIONS[id].menu}`).toLowerCase()} ${label(id)}`;
    return id !== 'app.palette' && words.every((word) => text.includes(word));
  });
  const [first = ''] = words;
  return found.toSorted((a, b) => Number(label(b).startsWith(first)) - Number(label(a).startsWith(first)));
}
