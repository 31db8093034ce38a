import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './syntax.ts'
import { holds, sources, type Text, targetOf } from './tree.ts'

/** Who may import whom, and why. A room may always import from itself; `types` are rooms of which it may know types only. */
const rooms: Readonly<Record<string, { from: readonly string[]; types?: readonly string[]; because: string }>> = {
  model: { from: [], because: 'nouns know nobody' },
  rules: { from: ['model'], because: 'a decision is a value made from values' },
  ports: { from: ['model'], because: 'a port is a type in the words of the model' },
  config: {
    from: ['yaml-file'],
    because: 'the configuration is read before anything else is there, but within bounds',
  },
  operations: {
    from: ['model', 'rules', 'ports'],
    because: 'an operation loads, decides and saves through ports; it knows no HTTP, no SQL and no driver',
  },
  api: {
    from: ['model', 'rules', 'ports', 'operations'],
    because: 'the API translates between HTTP and operations; what it needs else is handed in by main',
  },
  cli: {
    from: ['model', 'rules', 'ports', 'operations', 'datastore-catalogue', 'yaml-file'],
    types: ['config'],
    because: 'the command line translates between a terminal and operations; what it needs else is handed in by main',
  },
  taskmanager: {
    from: ['model', 'rules', 'ports', 'operations', 'deadline'],
    because: 'the worker drives operations; what it needs else is handed in by main',
  },
  deadline: { from: [], because: 'whatever is waited for, waiting is the same' },
  openstack: { from: ['model'], because: 'thin HTTP clients could be a package of their own' },
  compute: {
    from: ['model', 'ports', 'openstack', 'deadline'],
    because: 'a driver knows no request, no row and no decision',
  },
  'yaml-file': { from: ['model'], because: 'what a file looks like is asked before what it says' },
  'flavor-catalogue': { from: ['model', 'yaml-file'], because: 'a file says what it says, whoever asks' },
  'datastore-catalogue': { from: ['model', 'yaml-file'], because: 'a file says what it says, whoever asks' },
  flavors: {
    from: ['model', 'ports', 'openstack', 'flavor-catalogue', 'deadline'],
    because: 'a flavor source knows no request, no row and no decision',
  },
  'volume-types': {
    from: ['model', 'ports', 'openstack', 'flavor-catalogue'],
    because: 'a source of volume types knows no request, no row and no decision',
  },
  identity: {
    from: ['model', 'ports', 'openstack', 'yaml-file'],
    because: 'who vouches for a token knows no request and no decision',
  },
  db: { from: ['model', 'ports', 'openstack', 'yaml-file', 'deadline'], because: 'stores keep rows and never decide' },
}

const roomOf = (path: string) => path.split('/')[1]!
const edgesOf = (texts: readonly Text[]) =>
  texts.flatMap(({ path, text }) =>
    importsOf(text).map(found => ({ path, found, from: roomOf(path), target: targetOf(path, found) })),
  )

/** main may import everything, and nobody imports main. */
function roomViolations(texts: readonly Text[]): string[] {
  const unknown = [...new Set(texts.map(({ path }) => roomOf(path)))].filter(room => room !== 'main' && !rooms[room])
  return [
    ...unknown.map(
      room => `src/${room}/ has no row in test/laws/imports.test.ts: say there whom it may import and why.`,
    ),
    ...edgesOf(texts).flatMap(({ path, found, from, target }) => {
      const row = rooms[from]
      if (found.specifier.startsWith('(') || (target && !target.startsWith('src/')))
        return [`${path} imports ${found.specifier}: write a path inside src/ or a library, spelled out.`]
      if (!target || !row || roomOf(target) === from || row.from.includes(roomOf(target))) return []
      if (found.isTypeOnly && row.types?.includes(roomOf(target))) return []
      const may = [...row.from, ...(row.types ?? []).map(room => `${room} (types)`)].join(', ') || 'no other room'
      return [
        `${path} imports ${target}, but ${from} may import ${may}: ${row.because}. Have it handed in, or move it.`,
      ]
    }),
  ]
}

test('a room imports only from the rooms below it', () => holds(roomViolations(sources())))

test('an import upwards, of any kind, is found', () => {
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
  const found = roomViolations(planted).map(violation => violation.split(/[ ,]/, 1)[0])
  deepEqual(found, [
    'src/shop/',
    'src/model/a.ts',
    'src/rules/b.ts',
    'src/ports/c.ts',
    'src/operations/d.ts',
    'src/cli/e.ts',
    'src/db/h.ts',
  ])
})
