import { type CSSProperties, useState } from 'react';
import type { ModelView } from '../../contract/views.ts';
import { modelName } from '../studios/restore/choose.ts';
import { Segments } from '../ui/Segments.tsx';
import { t } from '../ui/words.ts';

/** Where the divider stands before anybody has moved it: what was damaged and what became of it, half of each. */
const MIDDLE = 50;

/**
 * What a model of the catalogue makes of a damaged picture, to be seen before it is fetched: before and after lie side
 * by side in one file of the page's own (`npm run samples`), and a divider moves between them.
 * @param models of one family, one for each size
 */
export function Sample({ models }: { models: readonly ModelView[] }) {
  const [chosen, setChosen] = useState('');
  const [at, setAt] = useState(MIDDLE);
  const model = models.find(({ id }) => id === chosen) ?? models[0];
  if (!model) return null;
  const name = modelName(model.name);
  const url = `samples/${model.id}.webp`;
  const words = model.task === 'interpolate' ? 'frames' : 'restored';
  return (
    <figure className="sample">
      <div className="sample-view" style={{ '--at': `${at}%` } as CSSProperties}>
        <img
          className="sample-after"
          src={url}
          alt={t(`library.sample.${words}.alt`, { name })}
          loading="lazy"
        />
        <img className="sample-before" src={url} alt="" loading="lazy" />
        <input
          type="range"
          min={0}
          max={100}
          value={at}
          aria-label={t('library.sample.divider', { name })}
          aria-valuetext={t('canvas.dividerAt', { before: at, after: 100 - at })}
          onChange={({ target }) => setAt(Number(target.value))}
        />
      </div>
      <figcaption className="faint">{t(`library.sample.${words}.caption`)}</figcaption>
      {models.length > 1 && (
        <Segments
          label={t('library.sample.size')}
          value={model.id}
          options={models.map(({ id, scale }) => ({
            value: id,
            text: `×${scale}`,
            name: t('restore.times', { scale }),
          }))}
          onChange={setChosen}
        />
      )}
    </figure>
  );
}
