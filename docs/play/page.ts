import { readFileSync } from 'node:fs'

export type CommandStep = Readonly<{
  kind: 'command'
  line: number
  command: string
  /** The output on the page; empty when the page shows none. */
  shown: readonly string[]
}>

/** A step of a page, in the order of the page. */
export type Step =
  | CommandStep
  | Readonly<{ kind: 'file'; line: number; name: string; text: string }>
  /** Commands that cannot be played here, because they need something that is missing. */
  | Readonly<{ kind: 'not played'; line: number; commands: readonly CommandStep[]; needs: string }>
  /** Commands that a separate test plays. */
  | Readonly<{ kind: 'elsewhere'; line: number; commands: readonly CommandStep[]; test: string }>
  /** A block that is only read: a fragment of a file, or a text. */
  | Readonly<{ kind: 'shown'; line: number; language: string }>
  /** A block that does not say whether it has commands: a mistake in the page. */
  | Readonly<{ kind: 'unclear'; line: number }>

/**
 * Reads the steps of a page. In fenced blocks,
 *
 *     $ starts a command; it continues after a `\` at the end of a line, and until the end of a here-document
 *     its output follows; `…` stands for any text
 *
 * A block whose fence names a file (```` ```python connect.py ````) is the content of that file, for the commands below it. A
 * block that cannot be played here has in its fence what it needs (```` ```console not played: systemd ````), or the test that
 * plays it (```` ```console played by test/programs/move.test.ts ````). Every other block without commands must name its
 * language (```` ```yaml ````, ```` ```text ````), so that no command is skipped unnoticed.
 */
export function readPage(file: string): Step[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const steps: Step[] = []
  for (let at = 0; at < lines.length; at++) {
    const fence = /^( *)```(.*)$/.exec(lines[at]!)
    if (!fence) continue
    const [, indent, label] = fence as unknown as [string, string, string]
    const end = lines.indexOf(`${indent}\`\`\``, at + 1)
    const block = lines.slice(at + 1, end).map(line => line.slice(indent.length))
    steps.push(...readBlock(label.trim(), block, at + 1))
    at = end
  }
  return steps
}

function readBlock(label: string, block: readonly string[], line: number): Step[] {
  const needs = /not played: (.+)$/.exec(label)?.[1]
  const test = /played by (\S+)$/.exec(label)?.[1]
  const commands = readCommands(block, line)
  if ((needs || test) && commands.length === 0) return [{ kind: 'unclear', line }]
  if (needs) return [{ kind: 'not played', line, commands, needs }]
  if (test) return [{ kind: 'elsewhere', line, commands, test }]
  const name = /^\w+ ([\w./-]+\.\w+)$/.exec(label)?.[1]
  if (name) return [{ kind: 'file', line, name, text: `${block.join('\n')}\n` }]
  if (commands.length > 0) return label === '' || label === 'console' ? commands : [{ kind: 'unclear', line }]
  return /^\w+$/.test(label) && label !== 'console'
    ? [{ kind: 'shown', line, language: label }]
    : [{ kind: 'unclear', line }]
}

function readCommands(block: readonly string[], line: number): CommandStep[] {
  const steps: { kind: 'command'; line: number; command: string; shown: string[] }[] = []
  let lastLine: RegExp | undefined
  for (const [index, text] of block.entries()) {
    const last = steps.at(-1)
    if (lastLine && last) {
      last.command += `\n${text}`
      if (lastLine.test(text)) lastLine = undefined
    } else if (text.startsWith('$ ')) {
      steps.push({ kind: 'command', line: line + index + 1, command: text.slice(2), shown: [] })
      lastLine = lastLineOf(text)
    } else last?.shown.push(text)
  }
  return steps
}

/** Matches the last line of a command that continues after this line; undefined if the command ends here. */
function lastLineOf(text: string): RegExp | undefined {
  const word = /<<'?(\w+)'?/.exec(text)?.[1]
  if (word) return new RegExp(`^${word}$`)
  return text.endsWith('\\') ? /(^|[^\\])$/ : undefined
}
