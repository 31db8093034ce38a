/**
 * Compares the output that a page shows with the real one. Ids, ports of instances, times and column widths may differ. `…`
 * within a line matches any text, and alone on a line any lines.
 *
 * @returns the first line of the page that the command did not print in its place; undefined if it printed all of them
 */
export function missingLine(shown: readonly string[], output: string): string | undefined {
  const printed = output.split('\n').map(normalized).filter(hasText)
  let at = 0
  let isAnywhere = false
  for (const line of shown.map(normalized).filter(hasText)) {
    if (line === '…') {
      isAnywhere = true
      continue
    }
    const position = printed.findIndex((each, index) => index >= at && matches(line, each))
    if (position === -1 || (position > at && !isAnywhere)) return line
    at = position + 1
    isAnywhere = false
  }
  return at < printed.length && !isAnywhere && shown.length > 0
    ? `(end of the output, but the command also printed: ${printed[at]})`
    : undefined
}

const hasText = (line: string) => line !== '' && !/^[+-]+$/.test(line)

function matches(expected: string, printed: string): boolean {
  return new RegExp(`^${expected.split('…').map(RegExp.escape).join('.*')}$`, 'u').test(printed)
}

/** Replaces what differs from run to run. */
const normalized = (line: string) =>
  line
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replace(/\b[0-9a-f]{32}\b/g, '<id>')
    .replace(/\b2\d{4}\b/g, '<port>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, '<time>')
    .replace(/\s+/g, ' ')
    .replace(/-{2,}/g, '--')
    .trim()
