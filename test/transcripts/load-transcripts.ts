import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A command as it was typed and what must come of it. */
export type Step = {
  readonly line: number
  readonly command: string
  /** The name of the capture in `captured-trove-18.yaml` that did the same, from a comment `# Like NAME` above. */
  readonly like: string | undefined
  stdout: string[]
  stderr: string[]
  exitCode: number
}

/** A session: its steps in order, with the comments and blank lines that stand between them. */
export type Transcript = Readonly<{
  /** The file's name, without its extension. */
  name: string
  file: string
  /** The world that it takes place in, from a comment `# World: NAME`; an empty folder when there is none. */
  world: string | undefined
  parts: readonly (string | Step)[]
  steps: readonly Step[]
}>

/**
 * All transcripts. In them
 *
 *     # is a comment
 *     $ is a command, for a shell or for `builtin-commands.ts`
 *     what it printed, or nothing
 *     ! what it printed on stderr
 *     exit 1
 *
 * where the last line stands only after commands that end with another code than 0. `…` stands for anything.
 */
export function loadTranscripts(): Transcript[] {
  return readdirSync(import.meta.dirname)
    .filter(name => name.endsWith('.txt'))
    .sort()
    .map(name => parseTranscript(join(import.meta.dirname, name), name.replace(/\.txt$/, '')))
}

/** Every command line of trove-manage that a transcript runs: for those who want to know what none has tried. */
export const commandLines = (): string[] =>
  loadTranscripts().flatMap(({ steps }) =>
    steps.map(({ command }) => command).filter(command => /(^|\s)trove-manage(\s|$)/.test(command)),
  )

function parseTranscript(file: string, name: string): Transcript {
  const parts: (string | Step)[] = []
  let step: Step | undefined
  const text = readFileSync(file, 'utf8')
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const command = /^\$ (.+)$/.exec(line)?.[1]
    if (command !== undefined) {
      step = { line: index + 1, command, like: likeOf(parts), stdout: [], stderr: [], exitCode: 0 }
      parts.push(step)
    } else if (line.startsWith('#') || !step) {
      step = undefined
      parts.push(line)
    } else readOutput(step, line)
  }
  for (const part of parts) if (typeof part !== 'string') trimBlank(part.stdout)
  const world = /^# World: (\S+)$/m.exec(text)?.[1]
  return { name, file, world, parts, steps: parts.filter(part => typeof part !== 'string') }
}

function readOutput(step: Step, line: string) {
  const exitCode = /^exit (\d+)$/.exec(line)?.[1]
  if (exitCode !== undefined) step.exitCode = Number(exitCode)
  else if (/^!( |$)/.test(line)) step.stderr.push(line.slice(2))
  else step.stdout.push(line)
}

/** The comment right above a command, if it names a capture. */
function likeOf(parts: readonly (string | Step)[]): string | undefined {
  const above = parts.at(-1)
  return typeof above === 'string' ? /^# Like (\S+)/.exec(above)?.[1] : undefined
}

export function trimBlank(lines: string[]) {
  while (lines.at(-1) === '') lines.pop()
}

/** A transcript as text: what `parseTranscript` reads, with a blank line after each step. */
export function printTranscript({ parts }: Transcript): string {
  const lines = parts.flatMap(part => (typeof part === 'string' ? [part] : [...printStep(part), '']))
  return `${lines.join('\n').trimEnd()}\n`
}

export const printStep = ({ command, stdout, stderr, exitCode }: Step): string[] => [
  `$ ${command}`,
  ...stdout,
  ...stderr.map(line => `! ${line}`.trimEnd()),
  ...(exitCode === 0 ? [] : [`exit ${exitCode}`]),
]
