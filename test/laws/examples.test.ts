import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, Context } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { plain } from '../../src/cli/paint.ts'
import { runManage } from '../../src/cli/program.ts'
import { holds } from './tree.ts'

type Row = Pick<Command, 'verb' | 'example'>

/** Thrown when an example would use the database or another service: its command line was understood. */
class OutsideReached extends Error {}
const reject = () => Promise.reject(new OutsideReached())
const throwAtOnce = () => {
  throw new OutsideReached()
}
const context = {
  ports: reject,
  schema: reject,
  users: reject,
  signingKey: reject,
  secretKey: throwAtOnce,
  sources: throwAtOnce,
  policies: throwAtOnce,
  checkConfig: throwAtOnce,
  say: () => {},
} as unknown as Context

/** Splits a command line like a shell, but supports only what the examples use: blanks and single quotes. */
const shellWords = (line: string) =>
  [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''))

/** Runs each example up to its first use of the database or another service. */
async function exampleViolations(rows: readonly Row[]): Promise<string[]> {
  const violations: string[] = []
  for (const { verb, example } of rows) {
    const [line, description] = example
    const [program, first, ...rest] = shellWords(line)
    if (program !== 'trove-manage' || first !== verb || description === '')
      violations.push(
        `The example of ${verb} is '${line}': begin it with 'trove-manage ${verb}', and describe what it does.`,
      )
    const errors: string[] = []
    const terminal = {
      out: () => {},
      err: (text: string) => errors.push(text),
      width: 80,
      paintOut: plain,
      paintErr: plain,
    }
    const code = await runManage([verb, ...rest], '0', async () => context, terminal).catch(error => error)
    // Commands about trove-manage itself, such as help, succeed without anything else.
    if (code !== 0 && !(code instanceof OutsideReached))
      violations.push(`The example of ${verb} does not run (${errors[0]?.trim()}): correct '${line}'.`)
  }
  return violations
}

test('each verb has an example that is a valid command line', async () => holds(await exampleViolations(commands)))

test('an example that cannot run is found', async () => {
  const example = ['trove-manage datastore_list mysql', 'Lists.'] as const
  const inactive = ['trove-manage datastore_version_update a b c d e yes', ''] as const
  deepEqual((await exampleViolations([{ verb: 'datastore_list', example }])).length, 1)
  deepEqual((await exampleViolations([{ verb: 'datastore_version_update', example: inactive }])).length, 2)
})
