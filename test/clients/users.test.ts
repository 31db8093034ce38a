import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { makeInstallation, type Running } from '../programs/installation.ts'

function defineTests() {
  describe('the stock openstack command, as a user whom trove-manage added', () => {
    const { folder, start, stop, manage, manageWith, remove } = makeInstallation()
    let server: Running & { url: string }
    let home: string
    before(async () => {
      server = await start('data')
      home = join(folder, 'home of ann')
      mkdirSync(home)
    })
    after(async () => {
      await stop(server)
      remove()
    })

    async function openstack(line: string) {
      const env = {
        PATH: `/usr/bin:${process.env.PATH}`,
        HOME: home,
        LANG: 'C.UTF-8',
        OS_CLIENT_CONFIG_FILE: join(home, 'clouds.yaml'),
        OS_CLOUD: 'trove-ann',
      }
      return promisify(execFile)('openstack', line.split(' '), { env, timeout: 60_000 })
    }

    it('what user_add prints goes into a clouds.yaml as it stands', async () => {
      const added = await manage('data', 'user_add', 'ann', '--project', 'demo')
      assert.equal(added.code, 0, added.err)
      writeFileSync(join(home, 'clouds.yaml'), added.out.slice(added.out.indexOf('clouds:')))
      const { stdout } = await openstack('token issue -f json')
      const demo = (await manage('data', 'project_list', '-f', 'value')).out
        .split('\n')
        .find(line => line.endsWith(' demo'))
      assert.equal(JSON.parse(stdout).project_id, demo!.split(' ')[0])
    })

    it('she uses the service', async () => {
      const { stdout } = await openstack('datastore list -f value -c Name')
      assert.ok(stdout.split('\n').includes('postgresql'), stdout)
    })

    it('with another password she has to log in anew', async () => {
      await manageWith('a new word', 'data', 'user_password', 'ann', '--password-stdin')
      await assert.rejects(openstack('datastore list'), /HTTP 401/)
    })
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1') defineTests()
else console.log('not run: the stock openstack command as an added user; TROVE_TS_TEST_SYSTEM=1 runs it')
