import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Context } from './command.ts'
import { commands } from './commands.ts'

const completion = commands.find(({ verb }) => verb === 'completion')!

async function script(shell: string): Promise<string> {
  const output = await completion.run({} as Context, { args: { shell }, several: [], options: {} })
  return (output as readonly string[]).join('\n')
}

const isMissing = (shell: string) => spawnSync(shell, ['-c', 'true']).error !== undefined && `${shell} is not installed`

for (const shell of ['bash', 'zsh'])
  test(`${shell} can parse its script`, { skip: isMissing(shell) }, async () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: await script(shell), encoding: 'utf8' })
    deepEqual([status, stderr], [0, ''])
  })

/** The words that bash offers for the last of these. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const quoted = ['trove-manage', ...words].map(word => `'${word}'`).join(' ')
  const input = `${await script('bash')}\nCOMP_WORDS=(${quoted})\nCOMP_CWORD=${words.length}\n_trove_manage\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`
  const { status, stdout, stderr } = spawnSync('bash', ['-eu'], { input, encoding: 'utf8' })
  deepEqual([status, stderr], [0, ''])
  return stdout.split('\n').filter(word => word !== '')
}

const cases: readonly (readonly [line: string, offered: string])[] = [
  ['db_s', 'db_sync'],
  ['datastore_version_flavor_a', 'datastore_version_flavor_add'],
  [
    'datastore_version_flavor_requirement_',
    'datastore_version_flavor_requirement_add datastore_version_flavor_requirement_delete datastore_version_flavor_requirement_list',
  ],
  ['project_', 'project_list project_add'],
  ['--v', '--version'],
  ['--debug user_p', 'user_password'],
  ['--data-dir x user_p', 'user_password'],
  ['--data-dir=x user_p', 'user_password'],
  [
    'datastore_version_flavor_add --',
    '--version --no-check --force --if-missing --config-file --config-dir --data-dir --debug --help',
  ],
  ['datastore_version_flavor_delete mysql 8.0 1 --if', '--if-exists'],
  ['datastore_list -f j', 'json'],
  ['--debug datastore_list --format y', 'yaml'],
  ['catalog_export --fl', '--flavor-names'],
  ['help datastore_version_d', 'datastore_version_delete'],
  ['completion ', 'bash zsh'],
  ['--config-d', '--config-dir'],
]

for (const [line, words] of cases)
  test(`bash completes: trove-manage ${line}`, { skip: isMissing('bash') }, async () => {
    deepEqual(await offered(...line.split(' ')), words.split(' '))
  })

test('bash completes every command', { skip: isMissing('bash') }, async () => {
  deepEqual(
    (await offered('')).filter(word => !word.startsWith('-')),
    commands.map(({ verb }) => verb),
  )
})

test('the script for zsh names every command', async () => {
  const text = await script('zsh')
  equal(commands.filter(({ verb }) => !text.includes(verb)).length, 0)
})
