import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { several } from '../../test/extent.ts'
import { commands } from './commands.ts'
import { notSupported } from './not-supported.ts'
import { plain } from './paint.ts'
import { runManage } from './program.ts'

/** Runs a command line that must not reach a command. */
async function run(...args: readonly string[]) {
  const said = { out: '', err: '' }
  const exitCode = await runManage(
    args,
    '1.2.3',
    () => {
      throw new Error(`a command ran: ${args.join(' ')}`)
    },
    {
      out: text => {
        said.out += text
      },
      err: text => {
        said.err += text
      },
      width: 80,
      paintOut: plain,
      paintErr: plain,
    },
  )
  return { ...said, exitCode }
}

/** What a script may put after a command. */
const followers: readonly (readonly string[])[] = [
  [],
  ['--version'],
  ['--version', '3.1'],
  ['--version=3'],
  ['--help'],
  ['-h'],
  ['-f', 'json'],
  ['--format=json'],
  ['--debug'],
  ['--data-dir', 'x'],
  ['--log-file', 'x'],
  ['--unknown'],
  ['mysql', '8.0', 'x'],
  ['mysql', '8.0', 'x', '--version', '3.1'],
  ['mysql', '--help', '8.0'],
  ['datastore_list'],
  ['--', '--version'],
]

/** What a script may put before a command. */
const leaders: readonly (readonly string[])[] = [[], ['--debug'], ['--data-dir', 'x'], ['--log-file=x'], ['--help']]

test('an unknown command is an error, whatever precedes or follows it', async () => {
  const misspelled = [
    '',
    '3',
    'datastores',
    ...commands.map(({ verb }, index) => (index % 2 === 0 ? `${verb}x` : verb.slice(1))),
  ]
  for (const [index, verb] of misspelled.entries())
    for (const follower of followers.filter((_, place) => (place - index) % several(1, 4) === 0)) {
      const line = [...leaders[index % leaders.length]!, verb, ...follower]
      const { exitCode, out, err } = await run(...line)
      deepEqual([exitCode, out], [2, ''], line.join(' '))
      match(err, /^error: unknown command '/, line.join(' '))
    }
})

test('a command of Trove that is not supported says so, whatever follows it', async () => {
  for (const verb of Object.keys(notSupported))
    for (const follower of followers) {
      const { exitCode, out, err } = await run(verb, ...follower)
      deepEqual([exitCode, out], [2, ''])
      match(err, new RegExp(`^trove-manage ${verb} is not supported by trove-ts: .+\\.\n`))
    }
})

test('--version before a command is an error, because the command would not run', async () => {
  for (const { verb } of commands)
    for (const line of [
      ['--version', verb],
      ['--version', '3', verb],
      ['--version', verb, '--help'],
    ]) {
      const { exitCode, err } = await run(...line)
      equal(exitCode, 2, line.join(' '))
      match(err, /^error: option '--version' before the command/)
    }
})

test('an unknown option before a command is an error', async () => {
  for (const line of [['-f', 'json'], ['--version=3'], ['--format=json'], ['--help=x'], ['-x']])
    equal((await run(...line, 'datastore_list')).exitCode, 2, line.join(' '))
})

test('every command shows its help, whether --help precedes or follows it', async () => {
  for (const { verb } of commands) {
    const { exitCode, out } = await run(verb, '--help')
    equal(exitCode, 0)
    equal(out.split('\n', 1)[0]!.split(' ')[2], verb)
    equal((await run('--help', verb)).out, out)
  }
})

test('without a command, --version and --help succeed, and anything else is an error', async () => {
  for (const leader of leaders.filter(words => words[0] !== '--help')) {
    deepEqual(await run(...leader, '--version'), { exitCode: 0, out: '1.2.3\n', err: '' })
    const help = await run(...leader, '--help')
    deepEqual([help.exitCode, help.err], [0, ''])
    deepEqual(await run(...leader), { exitCode: 2, out: '', err: help.out })
  }
})

test('help shows what --help shows', async () => {
  deepEqual(await run('help'), await run('--help'))
  for (const { verb } of commands) deepEqual(await run('help', verb), await run(verb, '--help'))
  for (const verb of ['unknown', '', ...Object.keys(notSupported)]) equal((await run('help', verb)).exitCode, 2)
})

test('an unknown command that is part of known ones names these, if they are few', async () => {
  match((await run('flavor_add', 'mysql', '8.0', '1')).err, /\n\(Did you mean datastore_version_flavor_add\?\)\n/)
  match((await run('project')).err, /\n\(Did you mean one of project_list, project_add, project_delete\?\)\n/)
  equal((await run('list')).err, "error: unknown command 'list'\n`trove-manage --help` lists the commands.\n")
})

test('an unknown option that is the beginning of a known one names it', async () => {
  match((await run('user_add', 'ann', '--password', 'x')).err, /\n\(Did you mean --password-stdin\?\)\n/)
})
