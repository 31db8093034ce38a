import { deepEqual, equal } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { several } from '../extent.ts'
import { makeInstallation } from './installation.ts'

const installation = makeInstallation()
after(() => installation.remove())

/** Command lines that print on stdout: a program, and its arguments. The short form tries every fourth. */
const printing = [
  'trove-manage --help',
  'trove-manage --version',
  'trove-manage datastore_list --help',
  'trove-manage datastore_list',
  'trove-manage datastore_list -f json',
  'trove-manage datastore_version_list -f csv',
  'trove-manage catalog_export',
  'trove-manage catalog_export --schema',
  'trove-manage datastore_update books ""',
  'trove-manage policy_show',
  'trove-manage flavor_list -f yaml',
  'trove-api --help',
  'trove-api --version',
  'trove-taskmanager --help',
  'trove-all-in-one --help',
].filter((_, index) => index % several(1, 4) === 0)

before(async () => {
  mkdirSync(join(installation.folder, 'data'))
  const flavors = 'flavors: [ { id: s1, name: s1, vcpus: 1, ram: 512 } ]\n'
  writeFileSync(join(installation.folder, 'data/flavors.yaml'), flavors)
  for (const args of [['db_sync'], ['datastore_update', 'mysql', '']])
    equal((await installation.manage('data', ...args)).code, 0)
})

/** Runs a command line in a shell, with its output redirected. */
async function inShell(line: string, redirected: string) {
  const [program, ...words] = line.split(' ')
  const file = new URL(`../../bin/${program}.js`, import.meta.url).pathname
  const options = `--data-dir '${installation.folder}/data'`
  const child = spawn('bash', [
    '-o',
    'pipefail',
    '-c',
    `'${process.execPath}' '${file}' ${options} ${words.join(' ')} ${redirected}`,
  ])
  let err = ''
  child.stderr.on('data', chunk => (err += chunk))
  const [exitCode] = await once(child, 'close')
  return { exitCode, err }
}

describe('output errors', { concurrency: 2 }, () => {
  const full = { skip: !existsSync('/dev/full') && 'this system has no /dev/full' }
  for (const line of printing)
    test(`${line}: a full disk is an error`, full, async () => {
      deepEqual(await inShell(line, '> /dev/full'), {
        exitCode: 1,
        err: 'The output cannot be written: ENOSPC: no space left on device, write.\n',
      })
    })

  for (const line of printing)
    test(`${line}: a reader that leaves is no error`, async () => {
      deepEqual(await inShell(line, '| true'), { exitCode: 0, err: '' })
    })

  for (const line of printing)
    test(`${line}: a closed output is like /dev/null, and no file gets the output instead`, async () => {
      deepEqual(await inShell(line, '>&-'), { exitCode: 0, err: '' })
    })

  test('a closed output leaves the database whole', async () => {
    deepEqual(await inShell('trove-manage datastore_update closed ""', '>&- 2>&-'), { exitCode: 0, err: '' })
    equal((await inShell('trove-manage datastore_version_list closed', '')).exitCode, 0)
  })

  test('a warning that cannot be written does not stop the command, but is an error', full, async () => {
    const warned = await inShell('trove-manage datastore_update warned "" --log-file x', '2> /dev/full')
    equal(warned.exitCode, 1)
    equal((await inShell('trove-manage datastore_version_list warned', '')).exitCode, 0)
  })
})
