import { Icon, type IconName } from '../ui/Icon.tsx';

interface ListToolProps {
  icon: IconName;
  label: string;
  isOff?: boolean;
  isPressed?: boolean;
  run(): void;
}

/** A small button in a row of a list. */
export function ListTool({ icon, label, isOff = false, isPressed, run }: ListToolProps) {
  return (
    <button
      type="button"
      className="step-tool"
      aria-label={label}
      aria-disabled={isOff}
      aria-pressed={isPressed}
      onClick={() => !isOff && run()}
    >
      <Icon name={icon} />
    </button>
  );
}
