import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { makeInstallation } from './installation.ts'

/** `nobody`, in the place of the user of a systemd unit. */
const user = 65_534

if (process.getuid?.() !== 0) {
  test('root first, then the service as another user', t => t.diagnostic('NOT RUN: only root can show it'))
} else {
  const { folder, run, until, startIn, stop, manage, remove } = makeInstallation()
  after(remove)
  chmodSync(folder, 0o711)

  /** The folder that a unit's StateDirectory is. */
  function stateDirectory(name: string): string {
    const path = join(folder, name)
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, user, user)
    return path
  }

  const ofRoot = (path: string) =>
    readdirSync(path).filter(name => name !== 'instances' && statSync(join(path, name)).uid !== user)
  const asUser = ['setpriv', '--reuid', String(user), '--regid', String(user), '--clear-groups']

  describe('what root made in the folder of a service is of use to its user', () => {
    test('after trove-manage', async () => {
      const path = stateDirectory('manage')
      for (const args of [['db_sync'], ['datastore_list']]) {
        const { code, err } = await manage('manage', ...args)
        assert.equal(code, 0, err)
      }
      assert.deepEqual(ofRoot(path), [])
      await stop(await startIn({ command: asUser, environment: { HOME: path } }, 'manage'))
    })

    test('after a server that root started by hand', async () => {
      const path = stateDirectory('api')
      assert.equal((await manage('api', 'db_sync')).code, 0)
      const all = await startIn({}, 'api')
      await stop(all)
      assert.deepEqual(ofRoot(path), [])
      const api = run('trove-api', ['--port', '0', '--data-dir', path], undefined, { command: asUser })
      await until(api, ({ err }) => /ready at/.test(err))
      const { code, err } = await manage('api', 'secret_key_change')
      assert.ok(code === 0 || /There is no secret key/.test(err), err)
      assert.equal(await stop(api), 0)
    })
  })
}
