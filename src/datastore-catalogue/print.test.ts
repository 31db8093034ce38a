import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DatastoreCatalogue, StatedVersion, StatedWaiver } from '../model/datastore-catalogue.ts'
import { levels } from '../model/level.ts'
import { parseDatastoreCatalogue } from './parse.ts'
import { printDatastoreCatalogue, type Remark } from './print.ts'

const version: StatedVersion = {
  line: 0,
  name: '8.0',
  number: '8.0.39',
  isDefault: true,
  properties: {
    active: true,
    manager: 'mysql',
    imageId: null,
    imageTags: ['trove'],
    packages: null,
    registryExt: null,
    replStrategy: null,
  },
  policy: {
    flavors: ['12', 'gone'],
    requirements: [
      { text: 'ram>=2048', level: undefined },
      { text: 'cores>=2', level: 'warn' },
    ],
    restriction: 'open',
    enforcement: 'refuse',
    listLevel: null,
    volumeTypes: [],
  },
  waivers: [
    {
      line: 0,
      projectId: 'a49c',
      instanceId: 'i',
      only: ['ram>=2048'],
      until: '2026-12-31',
      reason: 'migration, ticket 4711',
    },
  ],
}

/** As it is read from a database: one version after the other. */
async function* readSlowly({ datastores }: DatastoreCatalogue) {
  for (const { versions, ...datastore } of datastores)
    yield {
      ...datastore,
      versions: (async function* () {
        yield* versions
      })(),
    }
}

const printed = async (catalogue: DatastoreCatalogue, remark: Remark) =>
  (await Array.fromAsync(printDatastoreCatalogue(readSlowly(catalogue), remark))).join('')

test('a catalogue is printed with every field, and with remarks on entries', async () => {
  const remarks: Record<string, string> = { '12': 'db.micro', gone: 'no such\nflavor' }
  const text = await printed(
    {
      datastores: [
        {
          ...{ line: 0, name: 'mysql', versions: [version] },
          policy: {
            restriction: 'listed',
            listLevel: 'audit',
            requirements: [
              { text: 'ram>=512', level: undefined },
              { text: 'vcpus>=2', level: 'warn' },
            ],
          },
          waivers: [
            { line: 0, projectId: '12', instanceId: undefined, only: [], until: '2026-12-31T18:00:00Z', reason: 'r' },
          ],
        },
        { line: 0, name: 'redis', policy: { restriction: 'open', requirements: [] }, waivers: [], versions: [] },
      ],
      managers: [],
    },
    (list, entry) => (list === 'flavors' ? remarks[entry] : undefined),
  )
  assert.equal(
    text,
    `# A datastore catalogue. \`trove-manage catalog_apply\` changes the database to match it.
# Anything that is not listed here stays unchanged. See docs/reference/datastore-catalogue.md.

datastores:
  - name: mysql
    restriction: listed
    list_level: audit
    requirements:
      - ram>=512
      - requirement: vcpus>=2
        level: warn
    waivers:
      - project: "12"
        until: 2026-12-31T18:00:00Z
        reason: r
    versions:
      - name: "8.0"
        number: 8.0.39
        default: true
        active: true
        manager: mysql
        image_id: null
        image_tags:
          - trove
        packages: null
        registry_ext: null
        repl_strategy: null
        flavors:
          - "12" # db.micro
          - gone # no such flavor
        restriction: open
        requirements:
          - ram>=2048
          - requirement: cores>=2
            level: warn
        enforcement: refuse
        list_level: null
        volume_types: []
        waivers:
          - project: a49c
            instance: i
            only:
              - ram>=2048
            until: 2026-12-31
            reason: migration, ticket 4711
  - name: redis
    restriction: open
    requirements: []
    waivers: []
    versions: []
`,
  )
})

const word = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '8.0',
    '012',
    '1e3',
    'true',
    'null',
    '~',
    'yes',
    '- a',
    'a: b',
    '#x',
    '"',
    "'",
    ' b ',
    '*a',
    '&a',
    '!t',
    '%',
    '|',
    '>',
    'a\nb',
    '.inf',
    '-0',
    '0x1F',
    '<<',
  ),
)
const tag = word.map(text => text.replaceAll(',', '').trim()).filter(text => text !== '')
const text = fc.option(word)

const someWaivers: fc.Arbitrary<StatedWaiver[] | undefined> = fc.option(
  fc.array(
    fc.record({
      line: fc.constant(0),
      projectId: word,
      instanceId: fc.option(word, { nil: undefined }),
      only: fc.array(word, { maxLength: 3 }),
      until: fc.constantFrom('2026-12-31', '2026-12-31T18:00', '2026-12-31 18:00:07Z'),
      reason: word,
    }),
    { maxLength: 3 },
  ),
  { nil: undefined },
)

const aVersion: fc.Arbitrary<StatedVersion> = fc.record({
  line: fc.constant(0),
  name: word,
  number: word,
  isDefault: fc.constant(false),
  properties: fc.record({
    active: fc.boolean(),
    manager: text,
    imageId: text,
    imageTags: fc.array(tag, { maxLength: 3 }),
    packages: text,
    registryExt: text,
    replStrategy: text,
  }),
  policy: fc.record({
    flavors: fc.array(word, { maxLength: 4 }),
    requirements: fc.array(fc.record({ text: word, level: fc.constantFrom(...levels, undefined) }), { maxLength: 4 }),
    restriction: fc.constantFrom('open' as const, 'listed' as const),
    enforcement: fc.constantFrom(...levels),
    listLevel: fc.constantFrom(...levels, null),
    volumeTypes: fc.array(word, { maxLength: 4 }),
  }),
  waivers: someWaivers,
})

const anyCase = { selector: ({ name }: { name: string }) => name.toLowerCase() }
const aCatalogue: fc.Arbitrary<DatastoreCatalogue> = fc.record({
  datastores: fc.uniqueArray(
    fc.record({
      line: fc.constant(0),
      name: word,
      policy: fc.record({
        requirements: fc.array(fc.record({ text: word, level: fc.constantFrom(...levels, undefined) }), {
          maxLength: 4,
        }),
        restriction: fc.constantFrom('open' as const, 'listed' as const),
        listLevel: fc.constantFrom(...levels, undefined),
      }),
      waivers: someWaivers,
      versions: fc.uniqueArray(aVersion, { ...anyCase, maxLength: 3 }),
    }),
    { ...anyCase, maxLength: 3 },
  ),
  managers: fc.constant([]),
})

const withoutLines = (value: object) =>
  JSON.parse(JSON.stringify(value, (key, each) => (key === 'line' ? undefined : each)))

test('a printed catalogue is read back unchanged, with any content and any remark', async () => {
  await fc.assert(
    fc.asyncProperty(aCatalogue, fc.option(word, { nil: undefined }), async (catalogue, remark) => {
      const text = await printed(catalogue, () => remark)
      const parsedCatalogue = parseDatastoreCatalogue(text)
      assert.deepEqual(withoutLines(parsedCatalogue), withoutLines(catalogue))
      assert.equal(await printed(parsedCatalogue, () => remark), text)
    }),
  )
})
