/**
 * Whether a command printed what its page shows. Ids, ports of instances, times and the widths of columns are free; `…` in a
 * line stands for anything in that line, and alone on a line for any lines.
 *
 * @returns the first line of the page that was not printed in its place; undefined when all were
 */
export function missingLine(shown: readonly string[], output: string): string | undefined {
  const printed = output.split('\n').map(withoutChance).filter(isSaying)
  let at = 0
  let isAnywhere = false
  for (const line of shown.map(withoutChance).filter(isSaying)) {
    if (line === '…') {
      isAnywhere = true
      continue
    }
    const found = printed.findIndex((each, index) => index >= at && matches(line, each))
    if (found === -1 || (found > at && !isAnywhere)) return line
    at = found + 1
    isAnywhere = false
  }
  return at < printed.length && !isAnywhere && shown.length > 0
    ? `(nothing more, but it printed: ${printed[at]})`
    : undefined
}

const isSaying = (line: string) => line !== '' && !/^[+-]+$/.test(line)

function matches(expected: string, printed: string): boolean {
  return new RegExp(`^${expected.split('…').map(RegExp.escape).join('.*')}$`, 'u').test(printed)
}

const withoutChance = (line: string) =>
  line
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replace(/\b[0-9a-f]{32}\b/g, '<id>')
    .replace(/\b2\d{4}\b/g, '<port>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, '<time>')
    .replace(/\s+/g, ' ')
    .replace(/-{2,}/g, '--')
    .trim()
