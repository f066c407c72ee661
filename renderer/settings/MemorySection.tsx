import { useState } from 'react';
import { memoryLimit } from '../../contract/settings.ts';
import { useStudio } from '../app/store.ts';
import { Segments } from '../ui/Segments.tsx';
import { t } from '../ui/words.ts';
import { settle } from './settle.ts';

/** Where a limit begins that was not set before, gigabytes. */
const FIRST_LIMIT = 4;

export function MemorySection() {
  const limit = useStudio(({ appSettings }) => appSettings.memoryLimit);
  return (
    <section className="section" aria-labelledby="settings-memory">
      <h3 id="settings-memory">{t('settings.memory.title')}</h3>
      <div className="settings-row">
        <Segments
          label={t('settings.memory.choice')}
          value={limit === 'auto' ? 'auto' : 'limited'}
          options={[
            { value: 'auto', text: t('settings.auto') },
            { value: 'limited', text: t('settings.memory.limited') },
          ]}
          onChange={(chosen) => void settle({ memoryLimit: chosen === 'auto' ? 'auto' : FIRST_LIMIT })}
        />
        {limit !== 'auto' && <LimitField key={limit} limit={limit} />}
      </div>
      <p className="faint">{limit === 'auto' ? t('settings.memory.autoNote') : t('settings.memory.note')}</p>
    </section>
  );
}

/** Taken over when it is left or with Enter: while a number is typed it is not meant yet. */
function LimitField({ limit }: { limit: number }) {
  const [typed, setTyped] = useState(String(limit));
  const parsed = memoryLimit.safeParse(typed.trim() === '' ? undefined : Number(typed));
  const take = () => {
    if (parsed.success && parsed.data !== limit) void settle({ memoryLimit: parsed.data });
  };
  return (
    <>
      <label className="field settings-number">
        <span className="hidden">{t('settings.memory.field')}</span>
        <input
          type="number"
          min={1}
          max={1024}
          aria-invalid={!parsed.success}
          aria-describedby={parsed.success ? undefined : 'memory-wrong'}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={take}
          onKeyDown={({ key }) => key === 'Enter' && take()}
        />
        <span aria-hidden="true">{t('settings.memory.gigabytes')}</span>
      </label>
      {!parsed.success && (
        <span id="memory-wrong" className="bad">
          {t('settings.memory.wrong')}
        </span>
      )}
    </>
  );
}
