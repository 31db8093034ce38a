import { readFileSync } from 'node:fs'

export type CommandStep = Readonly<{
  kind: 'command'
  line: number
  command: string
  /** What the page shows of the output; empty when it shows nothing. */
  shown: readonly string[]
}>

/** Something that a page has its reader do, in the order of the page. */
export type Step =
  | CommandStep
  | Readonly<{ kind: 'file'; line: number; name: string; text: string }>
  /** Commands that need what is not here: why. */
  | Readonly<{ kind: 'left alone'; line: number; commands: readonly CommandStep[]; why: string }>
  /** Commands that a test of their own plays. */
  | Readonly<{ kind: 'elsewhere'; line: number; commands: readonly CommandStep[]; test: string }>
  /** A block that is to be read only: a fragment of a file, or a text. */
  | Readonly<{ kind: 'shown'; line: number; language: string }>
  /** A block of which it is unclear whether it has commands: a mistake of the page. */
  | Readonly<{ kind: 'unclear'; line: number }>

/**
 * Reads what a page has its reader do. In fenced blocks,
 *
 *     $ is a command; it goes on after a `\` at the end of a line, and to the end of a here-document
 *     what it prints follows; `…` stands for anything
 *
 * A block whose fence names a file (```` ```python connect.py ````) is that file, for the commands below it. A block that cannot
 * be played here says why (```` ```console not played: needs systemd ````), or which test plays it (```` ```console played by
 * test/programs/move.test.ts ````). Every other block without commands must name its language (```` ```yaml ````, ```` ```text ````),
 * so that no command is left out unnoticed.
 */
export function readPage(file: string): Step[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const steps: Step[] = []
  for (let at = 0; at < lines.length; at++) {
    const fence = /^( *)```(.*)$/.exec(lines[at]!)
    if (!fence) continue
    const [, indent, about] = fence as unknown as [string, string, string]
    const end = lines.indexOf(`${indent}\`\`\``, at + 1)
    const block = lines.slice(at + 1, end).map(line => line.slice(indent.length))
    steps.push(...readBlock(about.trim(), block, at + 1))
    at = end
  }
  return steps
}

function readBlock(about: string, block: readonly string[], line: number): Step[] {
  const why = /not played: (.+)$/.exec(about)?.[1]
  const test = /played by (\S+)$/.exec(about)?.[1]
  const commands = readCommands(block, line)
  if ((why || test) && commands.length === 0) return [{ kind: 'unclear', line }]
  if (why) return [{ kind: 'left alone', line, commands, why }]
  if (test) return [{ kind: 'elsewhere', line, commands, test }]
  const name = /^\w+ ([\w./-]+\.\w+)$/.exec(about)?.[1]
  if (name) return [{ kind: 'file', line, name, text: `${block.join('\n')}\n` }]
  if (commands.length > 0) return about === '' || about === 'console' ? commands : [{ kind: 'unclear', line }]
  return /^\w+$/.test(about) && about !== 'console'
    ? [{ kind: 'shown', line, language: about }]
    : [{ kind: 'unclear', line }]
}

function readCommands(block: readonly string[], line: number): CommandStep[] {
  const steps: { kind: 'command'; line: number; command: string; shown: string[] }[] = []
  let open: RegExp | undefined
  for (const [index, text] of block.entries()) {
    const last = steps.at(-1)
    if (open && last) {
      last.command += `\n${text}`
      if (open.test(text)) open = undefined
    } else if (text.startsWith('$ ')) {
      steps.push({ kind: 'command', line: line + index + 1, command: text.slice(2), shown: [] })
      open = opens(text)
    } else last?.shown.push(text)
  }
  return steps
}

/** How the last line of a command looks that goes on after this one. */
function opens(text: string): RegExp | undefined {
  const word = /<<'?(\w+)'?/.exec(text)?.[1]
  if (word) return new RegExp(`^${word}$`)
  return text.endsWith('\\') ? /(^|[^\\])$/ : undefined
}
