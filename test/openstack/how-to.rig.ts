import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { readPage } from '../../docs/play/page.ts'
import { type Program, startProgram } from '../servers/deployment.ts'
import { freePort } from '../servers/server-process.ts'
import { bin } from './bin.ts'
import { passwords } from './keystone-client.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

const root = join(import.meta.dirname, '../..')
const commands = readPage(join(root, 'docs/how-to/run-beside-trove.md')).flatMap(step =>
  step.kind === 'elsewhere' ? step.commands.map(({ command }) => command) : [],
)

describe('docs/how-to/run-beside-trove.md, with a real Keystone, Nova and Trove', () => {
  let rig: Rig
  let folder: string
  let port: number
  let api: Program | undefined
  before(async () => {
    rig = await theRig()
    folder = mkdtempSync(join(tmpdir(), 'trove-ts-how-to-'))
    port = await freePort()
    for (const name of ['trove-manage', 'trove-api'])
      writeFileSync(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${bin(name)}' "$@"\n`, { mode: 0o755 })
  })
  after(async () => {
    api?.child.kill('SIGKILL')
    await api?.ended
    if (folder) rmSync(folder, { recursive: true })
  })

  /** The database of the rig in the place of `mariadb trove`. */
  const client = () => {
    const { hostname, port, username, pathname } = new URL(rig.databases.trove)
    return `mariadb -h ${hostname} -P ${port} -u ${username} ${pathname.slice(1)}`
  }

  /** A command of the page, with what is here in the place of what the page names. */
  const here = (command: string) =>
    command
      .replaceAll('/etc/trove/trove.conf', rig.trove.configFile)
      .replaceAll('/var/lib/trove-ts', join(folder, 'data'))
      .replaceAll('/opt/trove-ts/bin/', '')
      // The rig has no user of this name, and its files are readable by root only.
      .replace('runuser --user trove-ts -- ', '')
      .replaceAll(/(\$HOST|127\.0\.0\.1):8780|(?<=--port )8780/g, (_, host) =>
        host ? `127.0.0.1:${port}` : String(port),
      )
      .replace(/^mariadb trove/, client())

  async function type(command: string): Promise<string> {
    const env = {
      PATH: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`,
      LC_ALL: 'C.UTF-8',
      HOME: folder,
      PYTHONWARNINGS: 'ignore',
      MYSQL_PWD: decodeURIComponent(new URL(rig.databases.trove).password),
      OS_AUTH_URL: `${rig.keystone.url}/v3`,
      OS_IDENTITY_API_VERSION: '3',
      OS_USERNAME: 'admin',
      OS_PASSWORD: passwords.admin,
      OS_PROJECT_NAME: 'admin',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
    }
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-ec', here(command)], { cwd: folder, env })
    return stdout + stderr
  }

  const manage = '/opt/trove-ts/bin/trove-manage --config-file /etc/trove/trove.conf --data-dir /var/lib/trove-ts'

  /** What a command must print, by how it begins; the others must end well, and no more. */
  const prints: readonly (readonly [begins: string, printed: RegExp])[] = [
    [`${manage} config_check`, /Tokens: keystone\. Flavors: nova\. Instances: trove\.$/m],
    [`${manage} db_sync`, /is up to date/],
    ['curl', /^OK$/],
    // Trove's endpoints, and ours while they are there.
    ['openstack endpoint list --service database', /\| RegionOne +\| \S+ +\| database /],
    ['openstack --os-region-name TroveTs database flavor list', /m1\.small/],
  ]

  for (const command of commands)
    test(`$ ${command}`, async () => {
      if (command.startsWith('openstack endpoint list --region TroveTs')) {
        api!.child.kill('SIGTERM')
        await api!.ended
      }
      if (here(command).startsWith('trove-api ')) {
        api = await startProgram(bin('trove-api'), here(command).split(' ').slice(1), /trove-api is ready at/)
        return
      }
      const printed = await type(command)
      const expected = prints.find(([begins]) => command.startsWith(begins))?.[1]
      if (expected) assert.match(printed.trim(), expected)
    })

  test('then nothing of ours is left, and Trove goes on', async () => {
    assert.ok(commands.length >= 12)
    assert.equal(await type(`${client()} -sNe "show tables like 'trovets%'"`), '')
    assert.doesNotMatch(await type('openstack endpoint list'), /TroveTs/)
    const { token, projectId } = await rig.client.login('demo')
    const answer = await fetch(`${rig.trove.url}/v1.0/${projectId}/datastores`, { headers: { 'x-auth-token': token } })
    assert.equal(answer.status, 200)
  })
})
