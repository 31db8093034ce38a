import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ordinaryUser } from './root-disk.ts'

const run = promisify(execFile)

const inside = ['/bin/sh', '-c', 'echo $$; ls /; ls -d /proc/[0-9]*']
const view = [
  '--ro-bind',
  '/usr',
  '/usr',
  ...['bin', 'lib', 'lib64'].flatMap(name => ['--symlink', `usr/${name}`, `/${name}`]),
]
const words = ['bwrap', '--unshare-all', ...view, '--proc', '/proc', '--dev', '/dev', ...inside]

for (const user of [ordinaryUser.name, 'root'])
  test(`bubblewrap gives a view of its own when ${user} starts it`, async () => {
    const { stdout } = await run('setpriv', [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...words])
    const lines = stdout.trim().split('\n')
    assert.ok(Number(lines[0]) < 10, stdout)
    assert.deepEqual(
      lines.filter(line => /^[a-z]/.test(line)),
      ['bin', 'dev', 'lib', 'lib64', 'proc', 'usr'],
    )
    assert.ok(lines.filter(line => line.startsWith('/proc/')).length < 5, stdout)
  })
