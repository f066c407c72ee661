import { MODEL_TASKS } from '../../contract/tasks.ts';
import { setState, useStudio } from '../app/store.ts';
import { Check } from '../ui/Check.tsx';
import { Pick } from '../ui/Pick.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { t } from '../ui/words.ts';
import { countsOf, type LibraryFilter } from './filter.ts';

/** Narrows the list of models: by words, by task, to what is installed. */
export function FilterBar() {
  const filter = useStudio((state) => state.libraryFilter);
  const models = useStudio((state) => state.models);
  const counts = countsOf(models);
  const change = (patch: Partial<LibraryFilter>) => setState({ libraryFilter: { ...filter, ...patch } });
  return (
    <div className="filter-bar">
      <SearchField label={t('library.search')} value={filter.words} onChange={(words) => change({ words })} />
      <Pick
        label={t('library.byTask')}
        value={filter.task}
        options={[
          { value: 'all', text: t('library.counted', { task: t('library.allTasks'), count: counts.all }) },
          ...MODEL_TASKS.map((task) => ({
            value: task,
            text: t('library.counted', { task: t(`models.task.${task}`), count: counts[task] }),
          })),
        ]}
        onChange={(task) => change({ task })}
      />
      <Check isOn={filter.installedOnly} onChange={(isOn) => change({ installedOnly: isOn })}>
        {t('library.installedOnly')}
      </Check>
    </div>
  );
}
