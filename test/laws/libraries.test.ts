import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './syntax.ts'
import { holds, sources, type Text } from './tree.ts'

/** Where a library may be imported, and why only there. A library without a row is imported nowhere. */
const libraries: Readonly<Record<string, { rooms: readonly string[]; because: string }>> = {
  fastify: { rooms: ['api'], because: 'the HTTP framework must stay replaceable' },
  '@fastify/swagger': { rooms: ['api'], because: 'the HTTP framework must stay replaceable' },
  typebox: {
    rooms: ['api', 'flavor-catalogue', 'datastore-catalogue', 'yaml-file'],
    because: 'shapes of bodies belong to the wire, and of files to their reader; inside, the model has types',
  },
  commander: { rooms: ['cli', 'main'], because: 'command lines are read where programs begin' },
  'cli-table3': { rooms: ['cli'], because: 'tables are for terminals' },
  'csv-stringify': { rooms: ['cli'], because: 'CSV is an output format of the command line' },
  yaml: {
    rooms: ['cli', 'datastore-catalogue', 'yaml-file', 'main'],
    because: 'YAML is a format of files and output, not of decisions',
  },
  kysely: { rooms: ['db'], because: 'SQL is written in stores and migrations, behind ports' },
  mysql2: {
    rooms: ['db', 'compute'],
    because: 'a driver belongs to its dialect, or to the engine that it administers',
  },
  pg: { rooms: ['db', 'compute'], because: 'a driver belongs to its dialect, or to the engine that it administers' },
  'node:sqlite': {
    rooms: ['db', 'compute', 'identity', 'main'],
    because:
      'a driver belongs to its dialect; the local host keeps a ledger of its own, and who holds a file or a folder borrows a lock',
  },
  'prom-client': {
    rooms: ['main'],
    because: 'main makes the metrics; who has something to count is handed a function',
  },
  pino: { rooms: ['main'], because: 'main makes the log; who needs one is handed it' },
}

const withoutNode: Readonly<Record<string, string>> = {
  model: 'nouns are values',
  allowed: 'a decision has no files, no clock and no randomness',
  rules: 'a decision has no files, no clock and no randomness',
  ports: 'ports are types',
  operations: 'operations reach the world through ports only',
}

/** `kysely/migration` → `kysely`, `@fastify/swagger` stays. */
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
          `${path} imports ${specifier}, but ${withoutNode[room]}. Ask for it through src/ports/, or pass the value in.`,
        ]
      if (row || specifier.startsWith('node:')) return []
      return [
        `${path} imports ${specifier}, which has no row in test/laws/libraries.test.ts: say there who may and why.`,
      ]
    }),
  )
}

test('a library is imported only where it belongs', () => holds(libraryViolations(sources())))

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
