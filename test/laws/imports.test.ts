import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './syntax.ts'
import { holds, sources, type Text, targetOf } from './tree.ts'

/**
 * The imports that each room may have, and why. A room may always import from itself; from `types`, it may only import
 * types.
 */
const rooms: Readonly<Record<string, { from: readonly string[]; types?: readonly string[]; because: string }>> = {
  model: { from: [], because: 'the model depends on nothing' },
  rules: { from: ['model'], because: 'a decision is computed from values only' },
  ports: { from: ['model'], because: 'a port is a type in the words of the model' },
  config: {
    from: ['yaml-file'],
    because: 'the configuration is read before everything else, but with the limits of files',
  },
  operations: {
    from: ['model', 'rules', 'ports'],
    because: 'an operation loads, decides and saves through ports, without HTTP, SQL and drivers',
  },
  api: {
    from: ['model', 'rules', 'ports', 'operations', 'deadline', 'datastore-catalogue', 'turn'],
    because: 'the API translates between HTTP and operations; main passes in everything else',
  },
  cli: {
    from: ['model', 'rules', 'ports', 'operations', 'datastore-catalogue', 'yaml-file', 'report'],
    types: ['config'],
    because: 'the command line translates between a terminal and operations; main passes in everything else',
  },
  taskmanager: {
    from: ['model', 'rules', 'ports', 'operations', 'deadline'],
    because: 'the worker drives operations; main passes in everything else',
  },
  report: { from: ['model'], because: 'the form of a report does not depend on what was checked' },
  deadline: { from: [], because: 'waiting does not depend on what is awaited' },
  turn: { from: [], because: 'what requests share does not depend on what it is' },
  client: {
    from: ['model', 'openstack', 'yaml-file'],
    because: 'a client has only the API and the files of its user, as on a machine without a server',
  },
  tenant: {
    from: ['model', 'client', 'cli', 'report', 'yaml-file'],
    because: 'the program of a tenant asks the API, and decides nothing itself',
  },
  openstack: { from: ['model'], because: 'the HTTP clients could become a separate package' },
  compute: {
    from: ['model', 'ports', 'openstack', 'deadline', 'turn'],
    because: 'a driver has no knowledge of requests, rows and decisions',
  },
  'yaml-file': { from: ['model'], because: 'the form of a file is checked before its meaning' },
  'flavor-catalogue': {
    from: ['model', 'yaml-file', 'turn'],
    because: 'the content of a file does not depend on its reader',
  },
  'datastore-catalogue': {
    from: ['model', 'yaml-file'],
    because: 'the content of a file does not depend on its reader',
  },
  flavors: {
    from: ['model', 'ports', 'openstack', 'flavor-catalogue', 'deadline'],
    because: 'a flavor source has no knowledge of requests, rows and decisions',
  },
  'volume-types': {
    from: ['model', 'ports', 'openstack', 'flavor-catalogue', 'deadline'],
    because: 'a source of volume types has no knowledge of requests, rows and decisions',
  },
  images: {
    from: ['model', 'ports', 'openstack', 'deadline'],
    because: 'a source of images has no knowledge of requests, rows and decisions',
  },
  identity: {
    from: ['model', 'ports', 'openstack', 'yaml-file', 'turn'],
    because: 'an identity service has no knowledge of requests and decisions',
  },
  db: {
    from: ['model', 'ports', 'openstack', 'yaml-file', 'deadline', 'turn'],
    because: 'stores keep rows and never decide',
  },
}

const roomOf = (path: string) => path.split('/')[1]!
const edgesOf = (texts: readonly Text[]) =>
  texts.flatMap(({ path, text }) =>
    importsOf(text).map(anImport => ({ path, anImport, from: roomOf(path), target: targetOf(path, anImport) })),
  )

/** `main` may import everything, and no room may import `main`. */
function roomViolations(texts: readonly Text[]): string[] {
  const unknown = [...new Set(texts.map(({ path }) => roomOf(path)))].filter(room => room !== 'main' && !rooms[room])
  return [
    ...unknown.map(
      room => `src/${room}/ has no row in test/laws/imports.test.ts: add the rooms that it may import, and why.`,
    ),
    ...edgesOf(texts).flatMap(({ path, anImport, from, target }) => {
      const row = rooms[from]
      if (anImport.specifier.startsWith('(') || (target && !target.startsWith('src/')))
        return [`${path} imports ${anImport.specifier}: write a path inside src/ or a library as a literal.`]
      if (!target || !row || roomOf(target) === from || row.from.includes(roomOf(target))) return []
      if (anImport.isTypeOnly && row.types?.includes(roomOf(target))) return []
      const allowed = [...row.from, ...(row.types ?? []).map(room => `${room} (types)`)].join(', ') || 'no other room'
      return [
        `${path} imports ${target}, but ${from} may import ${allowed}: ${row.because}. Pass it in, or move the code.`,
      ]
    }),
  ]
}

test('a room imports only from the rooms below it', () => holds(roomViolations(sources())))

test('a forbidden import of any kind is found', () => {
  const planted = [
    { path: 'src/model/a.ts', text: "import { x } from '../db/tables.ts'" },
    { path: 'src/rules/b.ts', text: "import type { Clock } from '../ports/clock.ts'" },
    { path: 'src/ports/c.ts', text: "export * from '../rules/access.ts'" },
    { path: 'src/operations/d.ts', text: "const { y } = await import('../main/compose.ts')" },
    { path: 'src/cli/e.ts', text: "import { type Config, loadConfig } from '../config/config.ts'" },
    { path: 'src/cli/f.ts', text: "import type { Config } from '../config/config.ts'" },
    {
      path: 'src/api/g.ts',
      text: "// import { z } from '../db/tables.ts'\nimport { decide } from '../rules/a/b.ts'",
    },
    { path: 'src/db/h.ts', text: 'await import(name)' },
    { path: 'src/shop/i.ts', text: '' },
  ]
  const violatingPaths = roomViolations(planted).map(violation => violation.split(/[ ,]/, 1)[0])
  deepEqual(violatingPaths, [
    'src/shop/',
    'src/model/a.ts',
    'src/rules/b.ts',
    'src/ports/c.ts',
    'src/operations/d.ts',
    'src/cli/e.ts',
    'src/db/h.ts',
  ])
})
