/** Names and values as A1111's web interface writes them under a prompt; a value that is undefined is left out. */
export function settingsLine(settings: readonly [string, string | number | undefined][]): string {
  return settings.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`])).join(', ');
}
