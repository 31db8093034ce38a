import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { Errors } from 'typebox/schema'
import { parse } from 'yaml'
import { parseDatastoreCatalogue } from '../../src/datastore-catalogue/parse.ts'
import type { Flavor } from '../../src/model/flavor.ts'
import { managers as runnableManagers } from '../../src/model/runnable-engines.ts'
import { applyCatalogue } from '../../src/operations/datastore-catalogue/apply-catalogue.ts'
import { loadFlavorPolicy } from '../../src/operations/flavors/load-flavor-policy.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { decide } from '../../src/rules/allowed/flavor/decide.ts'
import { requirementKey } from '../../src/rules/allowed/flavor/policy-rows.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { engines } from '../servers/engines.ts'
import { clock } from '../store/clock.ts'
import { freshDatabase } from '../store/fresh-database.ts'
import { addDatastore, metadataOf, versionOf } from '../store/rows.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const presets = globSync('presets/*.yaml', { cwd: root }).sort()

/** Where a figure comes from, and how far it can be trusted. */
const about = Type.Object(
  {
    about: Type.String({ minLength: 10 }),
    quality: Type.Enum(['vendor', 'doubtful']),
    doubt: Type.Optional(Type.String({ minLength: 10 })),
    sources: Type.Array(
      Type.Object(
        {
          says: Type.String({ minLength: 10 }),
          where: Type.String({ pattern: '^https://\\S+$' }),
          read: Type.String({ pattern: '^20\\d\\d-\\d\\d-\\d\\d$' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
)

const flavor = (id: string, vcpus: number, ramMb: number) =>
  flavorWith({
    id,
    name: id,
    vcpus,
    ramMb,
    diskGb: 10,
  })
const [tiny, large] = [flavor('tiny', 1, 128), flavor('large', 4, 16_384)]
const settings = { waiverDaysMax: 90 } as Ports['settings']
const sources = { flavors: { list: async () => [tiny, large] }, volumeTypes: { list: async () => [] } }
const actor = { id: 'cli:ada', requestId: null }

assert.ok(presets.length > 0)

test('each manager whose engines a first start can make versions of has a preset', () => {
  const named = presets.map(path => basename(path, '.yaml'))
  assert.deepEqual(
    runnableManagers.filter(manager => !named.includes(manager)),
    [],
  )
})

for (const path of presets) {
  const manager = basename(path, '.yaml')
  const document = parse(read(path))
  const quality: string = document['x-preset']?.quality

  describe(path, () => {
    test('has the shape of the published schema, and says where its figures come from', () => {
      const schema = JSON.parse(read('docs/reference/datastore-catalogue.schema.json'))
      assert.deepEqual(Errors(schema, document)[1], [])
      assert.deepEqual(Errors(about, document['x-preset'])[1], [])
    })

    test('speaks of one manager, after which it is named, and only warns where it is doubtful', () => {
      const { datastores, managers } = parseDatastoreCatalogue(read(path))
      assert.deepEqual([datastores, managers.map(({ name }) => name)], [[], [manager]])
      const { requirements, level } = managers[0]!.minimum
      assert.ok(requirements.length > 0)
      assert.equal(level, quality === 'doubtful' ? 'warn' : undefined)
    })

    test('says what is doubtful about it, if anything is', () =>
      assert.equal(document['x-preset'].doubt === undefined, quality === 'vendor'))

    test('is in the README, with its quality', () =>
      assert.match(read('presets/README.md'), new RegExp(`^\\| \\[${manager}\\.yaml\\].* \\| ${quality} \\|$`, 'm')))

    for (const engine of engines)
      test(`is added to every version with this manager, whatever it is called, and to no other: on ${engine.name}`, async t => {
        const { stores } = await freshDatabase(t, engine)
        const datastore = await addDatastore(stores, `our ${manager}`)
        const [one, two, strict] = ['first', 'second', 'strict'].map(name => versionOf(datastore.id, name, { manager }))
        const other = versionOf(datastore.id, 'other', { manager: 'something-else' })
        for (const version of [one!, two!, strict!, other]) await stores.versions.insert(version)
        for (const { id } of [strict!, other])
          await stores.metadata.insert([metadataOf(id, 'ram<=65536', { key: requirementKey })])

        const apply = () =>
          applyCatalogue({ stores, clock, settings, ...sources }, actor, parseDatastoreCatalogue(read(path)), {
            check: true,
            progress: () => {},
          })
        const first = await apply()
        assert.equal(first.versions.length, 3)
        assert.equal((await apply()).versions.length, 0)
        for (const version of [one!, two!]) {
          const policy = await loadFlavorPolicy(stores, version.id)
          assert.ok(policy.requirements.every(({ requirement }) => requirement))
          const verdict = (flavor: Flavor) => decide({ id: flavor.id, flavor }, policy)
          assert.deepEqual(verdict(large), { allowed: true, reasons: [] })
          assert.ok(verdict(tiny).reasons.length > 0)
          assert.equal(verdict(tiny).allowed, quality === 'doubtful')
        }
        const strictly = await loadFlavorPolicy(stores, strict!.id)
        assert.ok(strictly.own.requirementTexts.includes('ram<=65536') && strictly.own.enforcement === 'refuse')
        assert.deepEqual((await loadFlavorPolicy(stores, other.id)).own.requirementTexts, ['ram<=65536'])
      })
  })
}
