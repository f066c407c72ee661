import { changeLatent } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { InstallBar } from '../../library/InstallBar.tsx';
import { installModels } from '../../library/install.ts';
import { Pick } from '../../ui/Pick.tsx';
import { goodFor, megabytes, t } from '../../ui/words.ts';

/** The networks that make pictures of numbers; one press installs the chosen one. */
export function LatentModelSection() {
  const models = useStudio((state) => state.models);
  const model = useStudio(({ generate }) => generate.latent.model);
  const networks = models.filter(({ task }) => task === 'generate');
  const chosen = networks.find(({ id }) => id === model);
  return (
    <section className="section" aria-labelledby="latent-model">
      <h2 id="latent-model">{t('generate.model')}</h2>
      <Pick
        label={t('generate.model')}
        value={chosen?.id ?? ''}
        options={[
          ...(chosen ? [] : [{ value: '', text: t('generate.whyNot.chooseModel') }]),
          ...networks.map(({ id, name }) => ({ value: id, text: name })),
        ]}
        onChange={(id) => changeLatent({ model: id, condition: undefined, picture: 0, pins: undefined })}
      />
      {chosen && <p className="faint note">{goodFor(chosen)}</p>}
      <InstallLatent />
    </section>
  );
}

/** What is chosen is not here yet; nothing where it is. */
export function InstallLatent() {
  const model = useStudio(({ generate }) => generate.latent.model);
  const chosen = useStudio(({ models }) => models.find(({ id }) => id === model));
  const installing = useStudio((state) => state.installing);
  if (!chosen || chosen.installed) return null;
  if (installing) return <InstallBar name={chosen.name} />;
  return (
    <button type="button" className="button button-primary" onClick={() => installModels([chosen.id])}>
      {t('generate.latent.install', { name: chosen.name, size: megabytes(chosen.bytes) })}
    </button>
  );
}
