import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { BareReason } from '../../src/model/verdict.ts'
import type { Objection } from '../../src/ports/objection.ts'
import { reasonOf } from '../fixtures/reason.ts'
import { writeCatalogue } from '../stories/catalogue-plan.ts'
import { startWorld, type World } from '../world.ts'

// Whoever counts or logs is told of every refusal and warning, once each, with the moment.

const images = [{ id: 'image', name: 'image', tags: [] }]
let world: World
let ids: Map<string, string>
let told: Objection[] = []
before(async () => {
  world = await startWorld({
    ports: {
      images: { list: async () => images.map(image => ({ ...image, manager: 'mysql', version: '1' })) },
      objected: objection => told.push(objection),
    },
  })
  const requirement = ['flavor_requirement', 'ram>=2048'] as const
  ids = await writeCatalogue(world.database, {
    images,
    catalogue: {
      mysql: [
        { name: 'strict', rows: [requirement] },
        { name: 'mild', flavors: ['2'], rows: [requirement, ['flavor_enforcement', 'warn']] },
      ],
    },
    instances: [
      { version: '$MYSQL_STRICT', name: 'of strict', flavor: '2', ours: true },
      { version: '$MYSQL_MILD', name: 'of mild', flavor: '2', ours: true },
    ],
  })
})
after(() => world.stop())

/** What is told of while a request is made. */
async function toldBy(person: string, path: string, body: object, status: number): Promise<Objection[]> {
  told = []
  const answer = await fetch(`${world.url}/v1.0/${world.projectOf(person)}${path}`, {
    method: 'POST',
    headers: { 'x-auth-token': await world.tokenOf(person), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, status, await answer.text())
  return told
}

const tooSmall: BareReason = { code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' }
const unlisted: BareReason = { code: 'not_associated' }
const objection = (
  version: 'strict' | 'mild',
  more: Pick<Objection, 'moment' | 'outcome'> & { reasons: readonly BareReason[] },
): Objection => ({
  ...more,
  reasons: more.reasons.map(reason => reasonOf(reason, version === 'mild' ? 'warn' : 'refuse')),
  flavorId: '1',
  versionId: ids.get(`MYSQL_${version.toUpperCase()}`)!,
  datastore: 'mysql',
  version,
})

const create = (version: string, flavorRef: string) => ({
  instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore: { type: 'mysql', version } },
})

const moments = [
  ['create', '/instances'],
  ['dry_run', '/instances/dry-run'],
] as const
for (const [moment, path] of moments)
  test(`${moment}: refused and warned are told, allowed is not`, async () => {
    assert.deepEqual(await toldBy('demo', path, create('strict', '1'), 400), [
      objection('strict', { moment, outcome: 'refused', reasons: [tooSmall] }),
    ])
    assert.deepEqual(await toldBy('demo', path, create('mild', '1'), 200), [
      objection('mild', { moment, outcome: 'warned', reasons: [unlisted, tooSmall] }),
    ])
    assert.deepEqual(await toldBy('demo', path, create('mild', 'tiny'), 400), [
      { ...objection('mild', { moment, outcome: 'refused', reasons: [{ code: 'flavor_unknown' }] }), flavorId: 'tiny' },
    ])
    assert.deepEqual(await toldBy('demo', path, create('strict', '2'), 200), [])
  })

test('resize: refused and warned are told, allowed is not', async () => {
  const resize = (instance: string, flavorRef: string, status: number) =>
    toldBy('demo', `/instances/${ids.get(instance)}/action`, { resize: { flavorRef } }, status)
  assert.deepEqual(await resize('OF_STRICT', '1', 400), [
    objection('strict', { moment: 'resize', outcome: 'refused', reasons: [tooSmall] }),
  ])
  assert.deepEqual(await resize('OF_MILD', '1', 202), [
    objection('mild', { moment: 'resize', outcome: 'warned', reasons: [unlisted, tooSmall] }),
  ])
  assert.deepEqual(await resize('OF_STRICT', '3', 202), [])
})

test('association: refused, forced and warned are told, once for each flavor', async () => {
  const associate = (version: string, body: object, status: number) =>
    toldBy('admin', `/mgmt/datastore-versions/${ids.get(version)}/flavors`, body, status)
  const refused = objection('strict', { moment: 'association', outcome: 'refused', reasons: [tooSmall] })
  assert.deepEqual(await associate('MYSQL_STRICT', { flavors: ['3', '1', '11'] }, 400), [
    refused,
    { ...refused, flavorId: '11', reasons: [reasonOf({ ...tooSmall, actual: 128 })] },
  ])
  assert.deepEqual(await associate('MYSQL_STRICT', { flavors: ['1', '3'], force: true }, 200), [
    { ...refused, outcome: 'warned' },
  ])
  assert.deepEqual(await associate('MYSQL_STRICT', { flavors: ['4', '1'] }, 400), [])
  assert.deepEqual(await associate('MYSQL_MILD', { flavors: ['1'] }, 200), [
    objection('mild', { moment: 'association', outcome: 'warned', reasons: [tooSmall] }),
  ])
})

test('looking tells nobody', async () => {
  told = []
  const headers = { 'x-auth-token': await world.tokenOf('demo') }
  const paths = [
    '/datastores/mysql/versions/strict/flavors',
    '/datastores/mysql/versions/strict/flavors?verdicts=true',
    '/datastores/mysql/versions/strict/flavors/1',
    `/instances/${ids.get('OF_STRICT')}/flavors`,
    `/instances/${ids.get('OF_STRICT')}`,
  ]
  for (const path of paths) {
    const answer = await fetch(`${world.url}/v1.0/${world.projectOf('demo')}${path}`, { headers })
    assert.equal(answer.status, 200, path)
  }
  assert.deepEqual(told, [])
})
