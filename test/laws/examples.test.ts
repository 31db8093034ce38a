import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, Context } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { plain } from '../../src/cli/paint.ts'
import { runManage } from '../../src/cli/program.ts'
import { holds } from './tree.ts'

type Row = Pick<Command, 'verb' | 'example'>

class Reached extends Error {}
const reach = () => Promise.reject(new Reached())
const reachAtOnce = () => {
  throw new Reached()
}
const context = {
  ports: reach,
  schema: reach,
  users: reach,
  signingKey: reach,
  secretKey: reachAtOnce,
  sources: reachAtOnce,
  policies: reachAtOnce,
  checkConfig: reachAtOnce,
  say: () => {},
} as unknown as Context

/** A command line as a shell takes it apart, as far as our examples go: blanks and single quotes. */
const shellWords = (line: string) =>
  [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''))

/** Runs each example up to where it would touch the world. */
async function exampleViolations(rows: readonly Row[]): Promise<string[]> {
  const violations: string[] = []
  for (const { verb, example } of rows) {
    const [line, does] = example
    const [program, first, ...rest] = shellWords(line)
    if (program !== 'trove-manage' || first !== verb || does === '')
      violations.push(
        `The example of ${verb} is '${line}': begin it with 'trove-manage ${verb}', and say what it does.`,
      )
    const said: string[] = []
    const terminal = {
      out: () => {},
      err: (text: string) => said.push(text),
      width: 80,
      paintOut: plain,
      paintErr: plain,
    }
    const code = await runManage([verb, ...rest], '0', async () => context, terminal).catch(error => error)
    if (!(code instanceof Reached))
      violations.push(`The example of ${verb} does not run (${said[0]?.trim()}): mend '${line}'.`)
  }
  return violations
}

test('each verb has an example that its own command line understands', async () =>
  holds(await exampleViolations(commands)))

test('an example that cannot run is found', async () => {
  const example = ['trove-manage datastore_list mysql', 'Lists.'] as const
  const inactive = ['trove-manage datastore_version_update a b c d e yes', ''] as const
  deepEqual((await exampleViolations([{ verb: 'datastore_list', example }])).length, 1)
  deepEqual((await exampleViolations([{ verb: 'datastore_version_update', example: inactive }])).length, 2)
})
