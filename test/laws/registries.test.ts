import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/db/database.ts'
import { dialects } from '../../src/db/dialects/index.ts'
import { pendingMigrations } from '../../src/db/migrations/index.ts'
import { flavorSources } from '../../src/flavors/index.ts'
import { identities } from '../../src/identity/index.ts'
import { imageSources } from '../../src/images/index.ts'
import { policyKeys } from '../../src/rules/allowed/index.ts'
import { volumeTypeSources } from '../../src/volume-types/index.ts'
import { holds, paths } from './tree.ts'

/** Folder → members in the list of its index.ts. */
const registries: Readonly<Record<string, readonly string[]>> = {
  'src/rules/allowed': Object.keys(policyKeys),
  'src/flavors': Object.keys(flavorSources),
  'src/images': Object.keys(imageSources),
  'src/volume-types': Object.keys(volumeTypeSources),
  'src/identity': Object.keys(identities),
  'src/db/dialects': Object.keys(dialects),
}

function registryViolations(lists: Readonly<Record<string, readonly string[]>>, files: readonly string[]): string[] {
  return Object.entries(lists).flatMap(([folder, names]) => {
    const inside = files.filter(path => path.startsWith(`${folder}/`)).map(path => path.slice(folder.length + 1))
    const members = new Set(inside.filter(path => path.includes('/')).map(path => path.split('/', 1)[0]!))
    return [
      ...[...members]
        .filter(member => !names.includes(member))
        .map(member => `${folder}/${member}/ is in no list: add it to ${folder}/index.ts.`),
      ...names
        .filter(name => !members.has(name))
        .map(
          name =>
            `${folder}/index.ts lists '${name}', but ${folder}/${name}/ does not exist: name the folder as in the list.`,
        ),
    ]
  })
}

/** The migration files and the list that is run must have the same names, numbered in order and without gaps. */
function migrationViolations(files: readonly string[], listed: readonly string[]): string[] {
  const names = files.map(path => path.replace(/^.*\/|\.ts$/g, '')).filter(name => /^\d/.test(name))
  return [
    ...names
      .filter(name => !listed.includes(name))
      .map(name => `Migration ${name} is never run: add it to src/db/migrations/index.ts.`),
    ...listed
      .filter(name => !names.includes(name))
      .map(name => `Migration ${name} is listed, but has no file: name its file as in the list.`),
    ...listed.flatMap((name, index) =>
      name.startsWith(`${String(index + 1).padStart(4, '0')}-`)
        ? []
        : [`Migration ${name} is number ${index + 1} in the list: number them 0001, 0002 … in the order they run.`],
    ),
  ]
}

test('each folder of a family is in its list', () => holds(registryViolations(registries, paths('src/**/*.ts'))))

test('each migration file is run, in the order of its number', async () => {
  const database = await openDatabase('sqlite://:memory:', { poolSizeMax: 1, create: true })
  try {
    holds(migrationViolations(paths('src/db/migrations/*.ts'), await pendingMigrations(database)))
  } finally {
    await database.close()
  }
})

test('a folder that is not listed, and a listed folder that does not exist, are found', () => {
  const files = ['src/compute/index.ts', 'src/compute/local/compute.ts', 'src/compute/nova/compute.ts']
  deepEqual(registryViolations({ 'src/compute': ['local', 'docker'] }, files), [
    'src/compute/nova/ is in no list: add it to src/compute/index.ts.',
    "src/compute/index.ts lists 'docker', but src/compute/docker/ does not exist: name the folder as in the list.",
  ])
})

test('a migration that is not run, has no file, or is in the wrong place is found', () => {
  const files = ['src/db/migrations/0001-a.ts', 'src/db/migrations/0002-b.ts', 'src/db/migrations/index.ts']
  deepEqual(
    migrationViolations(files, ['0001-a', '0003-c']).map(violation => violation.split(' ', 2)[1]),
    ['0002-b', '0003-c', '0003-c'],
  )
})
