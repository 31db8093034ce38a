import { deepEqual } from 'node:assert/strict'
import { after, test } from 'node:test'
import type { pages } from '../../docs/reference/generate.ts'
import type { generateOpenApi } from '../../openapi/generate.ts'
import type { commands } from '../../src/cli/commands.ts'
import { options } from '../../src/config/options.ts'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { intentColumnNames } from '../../src/db/stores/intent-columns.ts'
import { flavorSources } from '../../src/flavors/index.ts'
import type { parseRequirement } from '../../src/rules/allowed/flavor/parse-requirement.ts'
import type { readRequirement } from '../../src/rules/allowed/flavor/requirement.ts'
import { importPlanted, openCompiler, type Plant } from './planted.ts'
import { holds } from './tree.ts'

/** A new member that is added to a list in its single place. */
type Planting = Readonly<{
  what: string
  plant: Plant
  /** Files that must no longer compile. */
  named: readonly string[]
  /** The name of the new member. */
  word?: string
  /** Places where the name must appear automatically. */
  follows: readonly Place[]
}>

type Place = keyof Awaited<ReturnType<typeof placesWith>>

const plantings: readonly Planting[] = [
  {
    what: 'a reason code',
    plant: {
      path: 'src/model/verdict.ts',
      from: '  not_associated: [],',
      to: '  not_associated: [], flavor_deprecated: [],',
    },
    named: ['src/rules/allowed/flavor/refusals.ts'],
    word: 'flavor_deprecated',
    follows: ['openapi/trove.json', 'docs/reference/refusals.md'],
  },
  {
    what: 'a fact of a reason',
    plant: {
      path: 'src/model/verdict.ts',
      from: 'Readonly<{ requirement: string;',
      to: 'Readonly<{ since: string; requirement: string;',
    },
    named: ['src/api/schema-parts.ts'],
    follows: [],
  },
  {
    what: 'a reason code of volume types',
    plant: {
      path: 'src/rules/allowed/volume-type/decide.ts',
      from: "['not_associated', ",
      to: "['not_associated', 'type_deprecated', ",
    },
    named: ['src/rules/allowed/volume-type/refusals.ts'],
    word: 'type_deprecated',
    follows: ['docs/reference/refusals.md'],
  },
  {
    what: 'a property that a requirement may compare',
    plant: {
      path: 'src/rules/allowed/flavor/requirement.ts',
      from: 'const propertyFacts = {',
      to: "const propertyFacts = {\n  'ephemeral/disk': { kind: 'number', says: 'x', unit: 'GiB per GiB', isWhole: false, of: f => ratio(f.ephemeralGb, f.diskGb) },",
    },
    named: [],
    word: 'ephemeral/disk',
    follows: [
      'docs/reference/requirements.md',
      'openapi/trove.json',
      'docs/reference/trove-manage.md',
      'trove-manage --help',
      'the parser',
      'the reader of rows',
    ],
  },
  {
    what: 'a kind of finding',
    plant: {
      path: 'src/rules/allowed/flavor/compliance.ts',
      from: 'const versionChecks = {',
      to: 'const versionChecks = {\n  version_forgotten: (_: CheckedVersion) => [{}],',
    },
    named: [
      'src/rules/allowed/flavor/compliance-words.ts',
      'src/rules/allowed/flavor/compliance-kinds.ts',
      'src/rules/allowed/flavor/compliance.ts',
      'docs/reference/generate.ts',
    ],
    word: 'version_forgotten',
    follows: ['openapi/trove.json', 'docs/reference/trove-manage.md', 'trove-manage --help'],
  },
  {
    what: 'a part of an intent',
    plant: {
      path: 'src/model/instance.ts',
      from: '  imageId: string\n',
      to: '  imageId: string\n  datacenter: string | null\n',
    },
    named: [
      'src/db/stores/intent-columns.ts',
      'src/operations/instances/create-instance.ts',
      'test/store/instance-rows.ts',
    ],
    follows: [],
  },
  {
    what: 'a policy event',
    plant: { path: 'src/model/policy-event.ts', from: "  'added',", to: "  'added', 'renamed_here'," },
    named: ['src/rules/policy-history/event-words.ts', 'src/rules/policy-history/how-to-undo.ts'],
    word: 'renamed_here',
    follows: ['openapi/trove.json'],
  },
  {
    what: 'a change that undoes another',
    plant: {
      path: 'src/rules/policy-history/how-to-undo.ts',
      from: "    | 'delete_row'\n",
      to: "    | 'delete_row'\n    | 'undo_nothing'\n",
    },
    named: ['src/rules/policy-history/plan-undo.ts', 'src/operations/policy-history/undoers.ts'],
    follows: [],
  },
  {
    what: 'an engine',
    plant: { path: 'src/model/runnable-engines.ts', from: "['postgresql', ", to: "['postgresql', 'mongodb', " },
    named: ['src/compute/local/engines/engines.ts', 'src/rules/instance/engine-contents.ts'],
    follows: [],
  },
  {
    what: 'an identity',
    plant: { path: 'src/identity/index.ts', from: 'identities = {', to: 'identities = { other: openEmbeddedIdentity,' },
    named: ['src/main/compose.ts', 'src/identity/validation.test.ts'],
    follows: [],
  },
  {
    what: 'a flavor source',
    plant: { path: 'src/flavors/index.ts', from: 'flavorSources = {', to: 'flavorSources = { other: openNovaFlavors,' },
    named: ['src/main/compose.ts', 'src/flavors/contract.test.ts'],
    follows: [],
  },
  {
    what: 'a volume type source',
    plant: {
      path: 'src/volume-types/index.ts',
      from: 'volumeTypeSources = {',
      to: 'volumeTypeSources = { other: openCinderVolumeTypes,',
    },
    named: ['src/main/compose.ts', 'src/volume-types/contract.test.ts'],
    follows: [],
  },
  {
    what: 'an image source',
    plant: { path: 'src/images/index.ts', from: 'imageSources = {', to: 'imageSources = { other: openGlanceImages,' },
    named: ['src/main/compose.ts', 'src/images/contract.test.ts'],
    follows: [],
  },
]

const compiler = openCompiler()
after(() => compiler.close())

function unnamedViolations({ what, plant, named }: Planting): string[] {
  const faulty = compiler.faulty(plant, named)
  return named
    .filter(file => !faulty.includes(file))
    .map(
      file =>
        `${file} compiles although it lacks ${what} that ${plant.path} has: derive its list, or connect their types.`,
    )
}

/** The places that list members of the code, with these changes applied. */
async function placesWith(plants: readonly Plant[]) {
  const [docs, openapi, parser, reader, cli] = await importPlanted<
    [
      { pages: typeof pages },
      { generateOpenApi: typeof generateOpenApi },
      { parseRequirement: typeof parseRequirement },
      { readRequirement: typeof readRequirement },
      { commands: typeof commands },
    ]
  >(
    [
      'docs/reference/generate.ts',
      'openapi/generate.ts',
      'src/rules/allowed/flavor/parse-requirement.ts',
      'src/rules/allowed/flavor/requirement.ts',
      'src/cli/commands.ts',
    ],
    plants,
  )
  const document = JSON.stringify(await openapi.generateOpenApi())
  const page = docs.pages()
  const has = (text: string | undefined) => (word: string) => text?.includes(word) ?? false
  return {
    'openapi/trove.json': has(document),
    'docs/reference/refusals.md': has(page['refusals.md']),
    'docs/reference/requirements.md': has(page['requirements.md']),
    'docs/reference/trove-manage.md': has(page['trove-manage.md']),
    'trove-manage --help': has(JSON.stringify(cli.commands)),
    'the parser': (word: string) => !('expected' in parser.parseRequirement(`${word} >= 2`)),
    'the reader of rows': (word: string) => reader.readRequirement(`${word}>=2`) !== undefined,
  }
}

async function unfollowedViolations(plantings: readonly Planting[]): Promise<string[]> {
  const places = await placesWith(plantings.filter(({ word }) => word !== undefined).map(({ plant }) => plant))
  return plantings.flatMap(({ what, word, plant, follows }) =>
    follows
      .filter(place => !places[place](word!))
      .map(place => `${place} lacks ${what} that ${plant.path} has: derive its list from that one.`),
  )
}

/** Columns that are used but do not exist, and columns that exist but are not used. */
const columnViolations = (used: readonly string[], existing: readonly string[]): string[] => [
  ...used
    .filter(name => !existing.includes(name))
    .map(name => `trovets_instances has no column ${name}: add it with a migration.`),
  ...existing
    .filter(name => !used.includes(name))
    .map(name => `Column ${name} of trovets_instances is not used: add it to src/db/stores/intent-columns.ts.`),
]

/** Compares the choices of an option with the members that exist, because no type connects them. */
const choiceViolations = (option: string, choices: readonly string[], existing: readonly string[]): string[] =>
  choices.toSorted().join() === existing.toSorted().join()
    ? []
    : [
        `${option} can be ${choices.join(', ')}, but these exist: ${existing.join(', ')}. Correct the choices in src/config/.`,
      ]

test('the configuration offers every flavor source', () =>
  holds(choiceViolations('[trovets] flavors', options.flavorSource.choices, Object.keys(flavorSources))))

test('the compiler reports code that lacks a new member', () => holds(plantings.flatMap(unnamedViolations)))

test('lists of members are derived automatically', async () => holds(await unfollowedViolations(plantings)))

test('each part of an intent has its columns in the database', async () => {
  const database = await openDatabase('sqlite://:memory:', { poolSizeMax: 1, create: true })
  try {
    await migrate(database)
    const tables = await database.kysely.introspection.getTables()
    const columns = tables.find(({ name }) => name === 'trovets_instances')!.columns.map(({ name }) => name)
    holds(columnViolations(intentColumnNames, columns))
  } finally {
    await database.close()
  }
})

test('a list that is written twice is found', async () => {
  const plant = { path: 'src/model/verdict.ts', from: '/** The facts', to: '/** All facts' }
  const duplicateList = {
    what: 'a word',
    plant,
    named: ['src/api/datastores/schemas.ts'],
    word: 'nowhere',
    follows: ['trove-manage --help'],
  } as const
  deepEqual(unnamedViolations(duplicateList).length, 1)
  deepEqual((await unfollowedViolations([duplicateList])).length, 1)
  deepEqual(choiceViolations('a', ['b'], ['b', 'c']).length, 1)
  deepEqual(columnViolations(['a', 'b'], ['b', 'c']).length, 2)
})
