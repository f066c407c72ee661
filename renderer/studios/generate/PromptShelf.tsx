import { DropdownMenu } from 'radix-ui';
import type { PromptPair } from '../../../contract/made.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeWords } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { floating } from '../../ui/floating.ts';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';

/** As many as a menu can show; what is older is found by making it a favourite in time. */
const SHOWN = 100;

/** Favourites and what was asked for before, and a star for what stands there now. */
export function PromptShelf() {
  const { prompt, negative } = useStudio(({ generate }) => generate.diffusion);
  const { history, favourites } = useStudio((state) => state.prompts);
  const isSame = (pair: PromptPair) => pair.prompt === prompt && pair.negative === negative;
  const isLiked = favourites.some(isSame);
  const isEmpty = history.length + favourites.length === 0;
  return (
    <span className="row">
      <button
        type="button"
        className="star"
        aria-label={t('generate.favourPrompt')}
        aria-pressed={isLiked}
        aria-disabled={prompt.trim() === ''}
        onClick={() =>
          prompt.trim() !== '' &&
          void attempt(bridge.favourPrompt({ pair: { prompt, negative }, isFavourite: !isLiked }))
        }
      >
        <Icon name="star" />
      </button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="button menu-button" aria-label={t('generate.prompts')}>
          <Icon name="down" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={floating}>
          <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
            {isEmpty && (
              <DropdownMenu.Item className="menu-row" disabled>
                {t('generate.noPrompts')}
              </DropdownMenu.Item>
            )}
            <Group title={t('generate.favourites')} pairs={favourites} />
            <Group title={t('generate.history')} pairs={history.slice(0, SHOWN)} />
            {history.length > 0 && (
              <>
                <DropdownMenu.Separator className="menu-line" />
                <DropdownMenu.Item className="menu-row" onSelect={() => void attempt(bridge.clearPrompts())}>
                  {t('generate.clearHistory')}
                </DropdownMenu.Item>
              </>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  );
}

function Group({ title, pairs }: { title: string; pairs: readonly PromptPair[] }) {
  if (pairs.length === 0) return null;
  return (
    <DropdownMenu.Group>
      <DropdownMenu.Label className="menu-title faint">{title}</DropdownMenu.Label>
      {pairs.map(({ prompt, negative }) => (
        <DropdownMenu.Item
          key={`${prompt}\n${negative}`}
          className="menu-row menu-prompt"
          onSelect={() => changeWords({ prompt, negative })}
        >
          {prompt}
        </DropdownMenu.Item>
      ))}
    </DropdownMenu.Group>
  );
}
