import { expected, GessoError } from '../../contract/errors.ts';
import { type RestoreStep, restoreStep } from '../../contract/recipe.ts';
import { MOST_STEPS } from '../../contract/tasks.ts';

const HINT = 'Write --steps "denoise,upscale:span-x2:strength=0.8:scale=2"; see `gesso restore --help`.';

/**
 * `TASK[:MODEL][:strength=S][:scale=N]`, several with commas: what happens to a picture, one after the other.
 * @throws GessoError usage/invalid naming the step and the part
 */
export function parseSteps(text: string): RestoreStep[] {
  const steps = text.split(',').map((part) => part.trim());
  if (steps.length > MOST_STEPS) throw bad(`at most ${MOST_STEPS} steps`, '--steps', text);
  return steps.map(parseStep);
}

function parseStep(text: string): RestoreStep {
  const [task, ...parts] = text.split(':');
  if (!restoreStep.shape.task.safeParse(task).success || task === '') {
    throw bad(`a task (${restoreStep.shape.task.unwrap().options.join(', ')})`, `the step "${text}"`, task);
  }
  const step: Record<string, unknown> = { studio: 'restore', task };
  for (const [index, part] of parts.entries()) {
    const [, name, value] = /^(strength|scale)=(.+)$/.exec(part) ?? [];
    if (name && value) step[name] = Number(value);
    else if (index === 0 && part && !part.includes('=')) step.model = part;
    else throw bad('MODEL, strength=0..1 or scale=1..8', `the step "${text}"`, part);
  }
  const parsed = restoreStep.safeParse(step);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? 'step');
  const what = {
    strength: 'a number from 0 to 1',
    scale: 'a whole number from 1 to 8',
    model: 'the id of a model',
  };
  throw bad(what[field as keyof typeof what] ?? 'a step', `${field} in "${text}"`, step[field]);
}

function bad(what: string, field: string, received: unknown): GessoError {
  return new GessoError('usage/invalid', expected(what, field, received), HINT);
}
