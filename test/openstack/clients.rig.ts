import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { makeCatalogue } from './furnish.ts'
import { type OurServer, startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

/** The region in which our server stands in the catalogue; Trove's is RegionOne. */
const ourRegion = 'Ours'

describe('the stock client, logged in to Keystone, in another region', () => {
  let rig: Rig
  let ours: OurServer
  before(async () => {
    rig = await theRig()
    ours = await startOurServer(rig, { connection: rig.databases.trove })
    await makeCatalogue(rig.client, [['trove-ts', 'database', `${ours.url}/v1.0/%(tenant_id)s`]], ourRegion)
  })
  after(() => ours?.stop())

  const run = (user: string, region: string, args: readonly string[]) => {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      PYTHONWARNINGS: 'ignore',
      HOME: rig.trove.folder,
      OS_AUTH_URL: `${rig.keystone.url}/v3`,
      OS_IDENTITY_API_VERSION: '3',
      OS_USERNAME: user,
      OS_PASSWORD: `${user.replace('alt_', '')}-pass`,
      OS_PROJECT_NAME: user,
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_REGION_NAME: region,
    }
    return new Promise<{ code: number; stdout: string; stderr: string }>(resolve =>
      execFile('/usr/bin/openstack', args, { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      ),
    )
  }

  const commands: [user: string, ...args: string[]][] = [
    ['alt_demo', 'datastore', 'list', '-f', 'json'],
    ['alt_demo', 'datastore', 'show', 'mysql'],
    ['alt_demo', 'datastore', 'version', 'list', 'mysql'],
    ['alt_demo', 'datastore', 'version', 'show', '8.0', '--datastore', 'mysql'],
    ['alt_demo', 'database', 'flavor', 'list'],
    ['alt_demo', 'database', 'flavor', 'list', '--datastore-type', 'mysql', '--datastore-version-id', '$VERSION'],
    ['alt_demo', 'database', 'flavor', 'show', '1'],
    ['alt_demo', 'database', 'flavor', 'show', '999'],
    ['admin', 'datastore', 'version', 'list', 'postgresql'],
    ['demo', 'database', 'flavor', 'show', '90'],
  ]
  for (const [user, ...args] of commands)
    test(`openstack ${args.join(' ')} prints what it prints of Trove`, async () => {
      const { body } = await ours.ask<{ datastore: { versions: { id: string }[] } }>(user, 'GET', '/datastores/mysql')
      const words = args.map(arg => arg.replace('$VERSION', body.datastore.versions[0]!.id))
      const [theirs, own] = await Promise.all([run(user, 'RegionOne', words), run(user, ourRegion, words)])
      assert.equal(own.code, theirs.code, own.stderr)
      // Trove lists datastores in no order.
      const sorted = (text: string) => (args.includes('json') ? JSON.parse(text).map(JSON.stringify).sort() : text)
      assert.deepEqual(sorted(own.stdout), sorted(theirs.stdout))
      assert.equal(own.stderr, theirs.stderr)
    })
})
