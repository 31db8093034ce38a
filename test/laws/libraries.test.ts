import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './syntax.ts'
import { holds, sources, type Text } from './tree.ts'

/** The rooms that may import a library, and why only these. A library without a row must not be imported. */
const libraries: Readonly<Record<string, { rooms: readonly string[]; because: string }>> = {
  fastify: { rooms: ['api'], because: 'the HTTP framework must stay replaceable' },
  '@fastify/swagger': { rooms: ['api'], because: 'the HTTP framework must stay replaceable' },
  typebox: {
    rooms: ['api', 'flavor-catalogue', 'datastore-catalogue', 'yaml-file'],
    because: 'schemas describe bodies and files at the edge; inside, the model has types',
  },
  commander: { rooms: ['cli', 'tenant', 'main'], because: 'command lines are parsed where programs begin' },
  'cli-table3': { rooms: ['cli'], because: 'tables are for terminals' },
  'csv-stringify': { rooms: ['cli'], because: 'CSV is an output format of the command line' },
  yaml: {
    rooms: ['cli', 'datastore-catalogue', 'yaml-file', 'main'],
    because: 'YAML is a format of files and output',
  },
  kysely: { rooms: ['db'], because: 'SQL is written in stores and migrations, behind ports' },
  mysql2: {
    rooms: ['db', 'compute'],
    because: 'a database driver belongs to its dialect, or to the engine that it administers',
  },
  pg: {
    rooms: ['db', 'compute'],
    because: 'a database driver belongs to its dialect, or to the engine that it administers',
  },
  'node:sqlite': {
    rooms: ['db', 'compute', 'identity', 'main'],
    because:
      'a database driver belongs to its dialect; the local driver has a ledger, and other rooms use it to lock files and folders',
  },
  'prom-client': {
    rooms: ['main'],
    because: 'main creates the metrics, and passes functions to the rooms that count something',
  },
  undici: { rooms: ['openstack'], because: 'connections to other services are opened in one room' },
  esbuild: { rooms: ['main'], because: 'main builds the console in a checkout; nothing else is built' },
  'pino-pretty': { rooms: ['main'], because: 'main creates the log, and passes it to the rooms that need it' },
  pino: { rooms: ['main'], because: 'main creates the log, and passes it to the rooms that need it' },
}

const withoutNode: Readonly<Record<string, string>> = {
  model: 'the model consists of values',
  allowed: 'a decision has no files, no clock and no randomness',
  rules: 'a decision has no files, no clock and no randomness',
  ports: 'ports are types',
  operations: 'operations use ports for everything outside',
}

/** Returns the package of a specifier: `kysely/migration` → `kysely`; `@fastify/swagger` is unchanged. */
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

function libraryViolations(texts: readonly Text[]): string[] {
  return texts.flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ specifier }) => {
      const room = path.split('/')[1]!
      if (specifier.startsWith('.')) return []
      const row = libraries[packageOf(specifier)]
      if (row && !row.rooms.includes(room))
        return [`${path} imports ${specifier}, but only ${row.rooms.join(' and ')} may: ${row.because}.`]
      if (specifier.startsWith('node:') && withoutNode[room])
        return [
          `${path} imports ${specifier}, but ${withoutNode[room]}. Use a port in src/ports/, or pass the value in.`,
        ]
      if (row || specifier.startsWith('node:')) return []
      return [
        `${path} imports ${specifier}, which has no row in test/laws/libraries.test.ts: add the rooms that may, and why.`,
      ]
    }),
  )
}

test('a library is only imported in its rooms', () => holds(libraryViolations(sources())))

test('a library in the wrong room is found', () => {
  const planted = [
    { path: 'src/operations/a.ts', text: "import { sql } from 'kysely/helpers'" },
    { path: 'src/main/b.ts', text: "import type { FastifyInstance } from 'fastify'" },
    { path: 'src/rules/c.ts', text: "import { randomUUID } from 'node:crypto'" },
    { path: 'src/cli/d.ts', text: "const { DatabaseSync } = await import('node:sqlite')" },
    { path: 'src/cli/e.ts', text: "import _ from 'lodash'" },
    { path: 'src/cli/f.ts', text: "import { Command } from 'commander'\nimport { join } from 'node:path'" },
  ]
  deepEqual(
    libraryViolations(planted).map(violation => violation.split(' ', 3).join(' ').replace(/,$/, '')),
    [
      'src/operations/a.ts imports kysely/helpers',
      'src/main/b.ts imports fastify',
      'src/rules/c.ts imports node:crypto',
      'src/cli/d.ts imports node:sqlite',
      'src/cli/e.ts imports lodash',
    ],
  )
})
