import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWorld } from '../world.ts'

const versionCount = 12
const flavors = Array.from({ length: 1000 }, (_, index) => `flavor-of-a-large-cloud-${index}`)

/** A catalogue that is more than twice as large as the body of any other request may be. */
const text = `datastores:
  - name: mysql
    versions:
${Array.from({ length: versionCount }, (_, index) => `      - { name: v${index}, manager: mysql, active: false, flavors: [${flavors}] }\n`).join('')}`

test('a catalogue that the API exports can be sent to it again, however large other requests may be', async t => {
  const world = await startWorld({})
  t.after(() => world.stop())
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${world.url}/v1.0/${world.projectOf('admin')}${path}`, {
      method,
      headers: { 'x-auth-token': await world.tokenOf('admin'), 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, body: (await answer.json()) as { catalogue?: string; dry_run?: object } }
  }
  const path = '/mgmt/datastore-catalogue'
  const applied = await ask('POST', path, { catalogue: text, check: false })
  assert.equal(applied.status, 200, JSON.stringify(applied.body).slice(0, 500))
  const { catalogue = '' } = (await ask('GET', path)).body
  assert.ok(catalogue.length > 2 * 114_688, `${catalogue.length} characters`)
  const again = await ask('POST', `${path}?dry_run=true`, { catalogue, check: false })
  assert.deepEqual([again.status, again.body.dry_run], [200, { changes: false }])

  const tooLarge = await ask('POST', path, { catalogue: '#'.repeat(2 * 1024 * 1024) })
  assert.equal(tooLarge.status, 413)
  assert.match(JSON.stringify(tooLarge.body), /2097152 bytes/)
  const other = await ask('POST', '/mgmt/flavor-waivers', { reason: 'x'.repeat(200_000) })
  assert.match(JSON.stringify(other.body), /114688 bytes/)
})
