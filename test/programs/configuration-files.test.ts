import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { several } from '../extent.ts'
import { makeInstallation } from './installation.ts'

const { folder, run, remove } = makeInstallation()
after(remove)

before(() => {
  for (const name of ['conf.d', 'empty.d']) mkdirSync(join(folder, name))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('one.conf', '[database]\nconnection = oracle://u:secret@h/d\n')
  write('two.conf', '[DEFAULT]\nbind_host = 127.0.0.1\n')
  write('conf.d/10.conf', '[database]\n\nconnection = oracle://u:secret@h/d\n')
  write('keystone.conf', '[keystone_authtoken]\nauth_url = http://127.0.0.1:9/v3\nusername = trove\n')
})

/** A command line, where its complaint is, and the exit code. The complaint shows which files were read. */
const lines: [line: string, complaint: string, code: number][] = [
  ['--config-file one.conf --config-file two.conf', 'one.conf, line 2: [database] connection: ', 1],
  ['--config-file two.conf --config-file one.conf', 'one.conf, line 2: [database] connection: ', 1],
  ['--config-dir conf.d', 'conf.d/10.conf, line 3: [database] connection: ', 1],
  ['--config-file one.conf --config-dir conf.d', 'conf.d/10.conf, line 3: [database] connection: ', 1],
  ['--config-dir conf.d --config-file one.conf', 'one.conf, line 2: [database] connection: ', 1],
  ['--config-dir=empty.d', 'empty.d: [database] connection is required.', 1],
  ['--config-dir empty.d --config-file two.conf', 'empty.d and two.conf: [database] connection is required.', 1],
  ['--config-dir nosuch.d', 'nosuch.d cannot be read: folder not found', 1],
  ['--config-file one.conf --config-dir nosuch.d', 'nosuch.d cannot be read: folder not found', 1],
  ['--config-file nosuch.conf --config-file one.conf', 'nosuch.conf cannot be read: file not found', 1],
  ['--data-dir=', 'It must not be empty.', 2],
  ['--data-dir a --data-dir b', 'It can be specified only once.', 2],
]

// All programs read them by the same code. The short form tries each line with one program only.
for (const [number, name] of ['trove-manage', 'trove-api', 'trove-taskmanager', 'trove-all-in-one'].entries())
  describe(`${name} reads every file and folder that it is given`, () => {
    for (const [line, complaint, code] of lines.filter((_, index) => (index - number) % several(1, 4) === 0))
      test(line, async () => {
        const args = [...line.split(' '), ...(name === 'trove-manage' ? ['db_sync'] : [])]
        const { said, ended } = run(name, args, undefined, { environment: { TROVE_CONFIG_FILE: '' } })
        assert.equal(await ended, code)
        assert.ok(said.err.includes(complaint), said.err)
        assert.ok(!said.err.includes('secret'), said.err)
      })
  })
