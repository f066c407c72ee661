import { isOfRestore, TASKS } from '../../../contract/tasks.ts';
import { useStudio } from '../../app/store.ts';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { defaultFamily, modelFor } from './choose.ts';
import { chooseTask } from './choose-family.ts';

/** What the step that is shown does. */
export function TaskSection() {
  const models = useStudio((state) => state.models);
  const { family, scale } = useStudio((state) => state.settings);
  const model = modelFor(models, family, scale);
  const task = model && isOfRestore(model.task) ? model.task : 'upscale';
  return (
    <section className="section" aria-labelledby="task">
      <h2 id="task">{t('restore.task')}</h2>
      <Pick
        label={t('restore.task')}
        value={task}
        options={TASKS.map((each) => {
          const name = t(`models.task.${each}`);
          const isKnown = each === task || defaultFamily(models, each) !== undefined;
          return { value: each, text: isKnown ? name : t('restore.importFor', { task: name }) };
        })}
        onChange={chooseTask}
      />
    </section>
  );
}
