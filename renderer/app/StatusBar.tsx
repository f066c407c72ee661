import { ActionButton } from '../ui/ActionButton.tsx';
import { Bar } from '../ui/Bar.tsx';
import { queueWords, t } from '../ui/words.ts';
import { ColourNote } from './ColourNote.tsx';
import { PixelReadout } from './PixelReadout.tsx';
import { useStudio } from './store.ts';

const DEVICES: Record<string, string> = {
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  dml: 'GPU (DirectML)',
  coreml: 'Core ML',
  cuda: 'GPU (CUDA)',
};

export function StatusBar() {
  const queue = useStudio((state) => state.queue);
  const threads = useStudio((state) => state.threads);
  const version = useStudio((state) => state.version);
  const ran = useStudio(
    ({ sources }) => sources.findLast(({ item }) => item?.result?.device)?.item?.result?.device,
  );
  const chosen = useStudio(({ appSettings }) => appSettings.device);
  const device = chosen === 'auto' ? ran : chosen;
  const where = device === undefined ? t('app.status.device') : (DEVICES[device] ?? device);
  const threadsUsed = device === 'cpu' ? ` · ${t('app.status.threads', { count: threads })}` : '';
  return (
    <footer className="status">
      <Bar
        label={t('app.status.queue')}
        fraction={queue.fraction}
        className={queue.working ? '' : 'bar-idle'}
      />
      {/* The time left changes all the time: what matters is said aloud by the Announcer. */}
      <span role="status" aria-live="off">
        {queueWords(queue)}
      </span>
      {queue.working && queue.paused && (
        <ActionButton action="queue.pause" className="link">
          {t('app.goOn')}
        </ActionButton>
      )}
      {queue.failed > 0 && !queue.working && <ActionButton action="queue.retry" className="link" />}
      <PixelReadout />
      <ColourNote />
      <span className="status-end">
        {where}
        {threadsUsed}
      </span>
      <span className="faint">Gesso {version}</span>
    </footer>
  );
}
