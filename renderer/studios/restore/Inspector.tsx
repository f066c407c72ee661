import { DEFAULT_SETTINGS, setState, useStudio } from '../../app/store.ts';
import { Segments } from '../../ui/Segments.tsx';
import { Foot } from './Foot.tsx';
import { ModelCard } from './ModelCard.tsx';
import { OutputSection } from './OutputSection.tsx';
import { SizeSection } from './SizeSection.tsx';
import { StrengthSection } from './StrengthSection.tsx';

/** The Restore studio's settings, in the order of decisions. */
export function Inspector() {
  const isReady = useStudio(({ phase }) => phase === 'ready');
  return (
    <>
      <div className="inspector">
        <section className="section" aria-labelledby="task">
          <h2 id="task">Task</h2>
          <Segments
            label="Task"
            value="upscale"
            options={[
              { value: 'upscale', text: 'Upscale' },
              { value: 'denoise', text: 'Denoise', isDisabled: true },
              { value: 'deblur', text: 'Deblur', isDisabled: true },
            ]}
            onChange={() => {}}
          />
          <p className="faint note">Denoise and deblur come in a later version.</p>
        </section>
        {isReady && <ModelCard />}
        <SizeSection />
        <StrengthSection />
        <OutputSection />
        <button type="button" className="link reset" onClick={() => setState({ settings: DEFAULT_SETTINGS })}>
          Reset these settings
        </button>
      </div>
      <Foot />
    </>
  );
}
