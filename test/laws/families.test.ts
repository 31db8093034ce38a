import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './syntax.ts'
import { holds, sources, type Text, targetOf } from './tree.ts'

/** Folders whose subfolders are members of one kind. Other rooms may import members of an `open` family directly. */
const families = [
  { folder: 'src/rules/allowed/', open: true },
  { folder: 'src/compute/', open: false },
  { folder: 'src/flavors/', open: false },
  { folder: 'src/images/', open: false },
  { folder: 'src/volume-types/', open: false },
  { folder: 'src/identity/', open: false },
  { folder: 'src/db/dialects/', open: false },
]

const memberOf = (folder: string, path: string) =>
  path.startsWith(folder) ? /^([^/]+)\//.exec(path.slice(folder.length))?.[1] : undefined

function familyViolations(texts: readonly Text[]): string[] {
  return texts.flatMap(({ path, text }) =>
    importsOf(text).flatMap(anImport => {
      const target = targetOf(path, anImport)
      return families.flatMap(({ folder, open }) => {
        const targetMember = memberOf(folder, target ?? '')
        const ownMember = memberOf(folder, path)
        if (targetMember === undefined || targetMember === ownMember) return []
        if (ownMember !== undefined)
          return [
            `${path} imports ${target}: members of ${folder} must not import each other. Move shared code to ${folder}.`,
          ]
        const isOutside = !path.startsWith(folder) && !path.startsWith('src/main/')
        return isOutside && !open
          ? [`${path} imports ${target}: only src/main/ may import a member; use a port, or the index.ts of ${folder}.`]
          : []
      })
    }),
  )
}

/** Circular imports between rooms, each circle once. */
function cycleViolations(texts: readonly Text[]): string[] {
  const edges = new Map<string, Set<string>>()
  for (const { path, text } of texts)
    for (const anImport of importsOf(text)) {
      const [from, to] = [path, targetOf(path, anImport)].map(each => each?.split('/')[1])
      if (from && to && from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to))
    }
  const walk = (room: string, trail: readonly string[]): string[][] =>
    trail.includes(room)
      ? [trail.slice(trail.indexOf(room))]
      : [...(edges.get(room) ?? [])].flatMap(next => walk(next, [...trail, room]))
  const circles = [...edges.keys()].flatMap(room => walk(room, [])).map(circle => circle.toSorted().join(', '))
  return [...new Set(circles)].map(
    circle => `${circle} import each other in a circle: move the shared code to a room below.`,
  )
}

test('members of a family do not import each other, and other rooms use the index', () =>
  holds(familyViolations(sources())))
test('rooms do not import each other in a circle', () => holds(cycleViolations(sources())))

test('an import between members, and an import past the index, are found', () => {
  const planted = [
    { path: 'src/db/dialects/mysql/dialect.ts', text: "import { sqlite } from '../sqlite/dialect.ts'" },
    { path: 'src/db/dialects/mysql/pool.ts', text: "import { errorCode } from '../dialect.ts'" },
    { path: 'src/db/dialects/index.ts', text: "import { sqlite } from './sqlite/dialect.ts'" },
    { path: 'src/db/database.ts', text: "import type { X } from './dialects/sqlite/dialect.ts'" },
    {
      path: 'src/rules/allowed/flavor/decide.ts',
      text: "import { readVolumeTypePolicy } from '../volume-type/policy-rows.ts'",
    },
    { path: 'src/operations/admit.ts', text: "import { decide } from '../rules/allowed/flavor/decide.ts'" },
  ]
  deepEqual(
    familyViolations(planted).map(violation => violation.split(' ', 1)[0]),
    ['src/db/dialects/mysql/dialect.ts', 'src/db/database.ts', 'src/rules/allowed/flavor/decide.ts'],
  )
})

test('a circle of rooms is found', () => {
  const importing = (path: string, to: string) => ({ path, text: `import type { T } from '${to}'` })
  const planted = [
    importing('src/a/1.ts', '../b/1.ts'),
    importing('src/b/2.ts', '../c/1.ts'),
    importing('src/c/1.ts', '../a/2.ts'),
  ]
  deepEqual(cycleViolations(planted), ['a, b, c import each other in a circle: move the shared code to a room below.'])
})
