import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A command as it was typed, and its expected result. */
export type Step = {
  readonly line: number
  readonly command: string
  /** The name of the capture in `captured-trove-18.yaml` that did the same, from a comment `# Like NAME` above. */
  readonly like: string | undefined
  stdout: string[]
  stderr: string[]
  exitCode: number
}

/** A session: its steps in order, with the comments and blank lines between them. */
export type Transcript = Readonly<{
  /** The file's name, without its extension. */
  name: string
  file: string
  /** The world where it takes place, from a comment `# World: NAME`; undefined for an empty folder. */
  world: string | undefined
  parts: readonly (string | Step)[]
  steps: readonly Step[]
}>

/**
 * Returns all transcripts. A transcript consists of these lines:
 *
 *     # a comment
 *     $ a command, for a shell or for `builtin-commands.ts`
 *     what it prints, or nothing
 *     ! what it prints on stderr
 *     exit 1
 *
 * The last line is omitted if the exit code is 0. `…` matches any text. A printed line that looks like another kind of line
 * has a backslash in front: `\# printed`.
 */
export function loadTranscripts(): Transcript[] {
  return readdirSync(import.meta.dirname)
    .filter(name => name.endsWith('.txt'))
    .sort()
    .map(name => parseTranscript(join(import.meta.dirname, name), name.replace(/\.txt$/, '')))
}

/** Every command line of trove-manage in a transcript, to find commands that no transcript runs. */
export const commandLines = (): string[] =>
  loadTranscripts().flatMap(({ steps }) =>
    steps.map(({ command }) => command).filter(command => /(^|\s)trove-manage(\s|$)/.test(command)),
  )

const parseTranscript = (file: string, name: string): Transcript => {
  const text = readFileSync(file, 'utf8')
  const parts = parseParts(text)
  const world = /^# World: (\S+)$/m.exec(text)?.[1]
  return { name, file, world, parts, steps: parts.filter(part => typeof part !== 'string') }
}

/** Returns the steps, and the comments and blank lines between them. Throws if other text is between them. */
export function parseParts(text: string): Transcript['parts'] {
  const parts: (string | Step)[] = []
  let step: Step | undefined
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const command = /^\$ (.+)$/.exec(line)?.[1]
    if (command !== undefined) {
      step = { line: index + 1, command, like: likeOf(parts), stdout: [], stderr: [], exitCode: 0 }
      parts.push(step)
    } else if (line.startsWith('#')) {
      step = undefined
      parts.push(line)
    } else if (step) readOutput(step, line)
    else if (line === '') parts.push(line)
    else throw new Error(`line ${index + 1} belongs to no command: '${line}'`)
  }
  for (const part of parts) if (typeof part !== 'string') trimBlank(part.stdout)
  return parts
}

/** Matches lines with a meaning in a transcript, and printed lines that look like one, with a backslash in front. */
const special = /^\\*(?:#|\$ |!(?: |$)|exit \d+$)/

function readOutput(step: Step, line: string) {
  const exitCode = /^exit (\d+)$/.exec(line)?.[1]
  if (exitCode !== undefined) step.exitCode = Number(exitCode)
  else if (/^!( |$)/.test(line)) step.stderr.push(line.slice(2))
  else step.stdout.push(special.test(line) ? line.slice(1) : line)
}

/** Returns the name of the capture in the comment above a command, if it has one. */
function likeOf(parts: readonly (string | Step)[]): string | undefined {
  const above = parts.at(-1)
  return typeof above === 'string' ? /^# Like (\S+)/.exec(above)?.[1] : undefined
}

export function trimBlank(lines: string[]) {
  while (lines.at(-1) === '') lines.pop()
}

/** Prints a transcript as `parseParts` reads it, with a blank line after each step. */
export function printTranscript({ parts }: Pick<Transcript, 'parts'>): string {
  const lines = parts.flatMap(part => (typeof part === 'string' ? [part] : [...printStep(part), '']))
  return `${lines.join('\n').trimEnd()}\n`
}

export const printStep = ({ command, stdout, stderr, exitCode }: Step): string[] => [
  `$ ${command}`,
  ...stdout.map(line => (special.test(line) ? `\\${line}` : line)),
  ...stderr.map(line => `! ${line}`.trimEnd()),
  ...(exitCode === 0 ? [] : [`exit ${exitCode}`]),
]
