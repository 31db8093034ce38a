import { deepEqual } from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { holds, paths, root, type Text, textOf, texts } from './tree.ts'

const pages = () => texts('*.md', 'docs/**/*.md', 'presets/*.md')

const isThere = (path: string) =>
  /[*{]/.test(path) ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path))

/** Stands for a name that the reader chooses: `src/compute/<name>/`, `NNNN-….ts`. */
const isPattern = (path: string) => /[<>…$]|NNNN/.test(path)

const namedPath = /`((?:src|test|docs|bin|openapi|bench)\/[^`\s]*)`/g

/** A page names a path in backticks; it may end in `:12`, and may hold `*` and `{a,b}`. */
function pathViolations(pages: readonly Text[], there = isThere): string[] {
  return pages.flatMap(({ path: page, text }) =>
    [...text.matchAll(namedPath)]
      .map(match => match[1]!.replace(/[:#][\w-]+$/, ''))
      .filter(path => !isPattern(path) && !there(path))
      .map(path => `${page} names \`${path}\`, which is not there: name what there is, or take the sentence out.`),
  )
}

/** The paths of a tree drawn in a fenced block: a name at the start of a line, indented below its folder. */
function drawnPaths(text: string): string[] {
  const lines = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.split('\n'))
  const above: { indent: number; path: string }[] = []
  return lines.flatMap(line => {
    const [, blanks, name] = /^( *)([\w.-]+\/|[\w.-]+\.[a-z]+)(?:\s|$)/.exec(line) ?? []
    if (blanks === undefined || name === undefined) return []
    while (above.length > 0 && above.at(-1)!.indent >= blanks.length) above.pop()
    const path = `${above.at(-1)?.path ?? ''}${name}`
    if (name.endsWith('/')) above.push({ indent: blanks.length, path })
    return [path]
  })
}

function drawingViolations(text: string, rooms: readonly string[], there = isThere): string[] {
  const drawn = drawnPaths(text)
  return [
    ...drawn
      .filter(path => !there(path))
      .map(path => `ARCHITECTURE.md draws ${path}, which is not there: draw what there is.`),
    ...rooms
      .filter(room => !drawn.includes(`src/${room}/`))
      .map(room => `ARCHITECTURE.md does not draw src/${room}/: say there what it is for.`),
  ]
}

test('a path that a page names is there', () => holds(pathViolations(pages())))

test('ARCHITECTURE.md draws the house as it is, with every room', () => {
  const rooms = [...new Set(paths('src/*/**').map(path => path.split('/')[1]!))]
  holds(drawingViolations(textOf('ARCHITECTURE.md'), rooms))
})

test('a path that is not there is found', () => {
  const there = (path: string) => ['src/api/routes.ts', 'docs/a.md'].includes(path)
  const text = '`src/api/routes.ts:12` `src/compute/<name>/` `npm test` `src/api/gone.ts` [`docs/a.md`](docs/a.md)'
  deepEqual(
    pathViolations([{ path: 'README.md', text }], there).map(each => each.split(',', 1)[0]),
    ['README.md names `src/api/gone.ts`'],
  )
})

test('a drawing that shows too much or too little is found', () => {
  const text =
    '```\nREADME.md  first\nsrc/\n  api/    HTTP\n    gone.ts\n    routes.ts  the table\n  model/\n```\nold/\n'
  const there = (path: string) => ['README.md', 'src/', 'src/api/', 'src/api/routes.ts', 'src/model/'].includes(path)
  deepEqual(
    drawingViolations(text, ['api', 'model', 'db'], there).map(each => each.split(/[,:]/, 1)[0]),
    ['ARCHITECTURE.md draws src/api/gone.ts', 'ARCHITECTURE.md does not draw src/db/'],
  )
})
