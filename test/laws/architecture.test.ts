import { deepEqual } from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { holds, paths, root, type Text, textOf, texts } from './tree.ts'

const pages = () => texts('*.md', 'docs/**/*.md', 'presets/*.md')

const pathExists = (path: string) =>
  /[*{]/.test(path) ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path))

/** True for a path with a placeholder: `src/compute/<name>/`, `NNNN-….ts`. */
const isPattern = (path: string) => /[<>…$]|NNNN/.test(path)

const namedPath = /`((?:src|test|docs|bin|openapi|bench)\/[^`\s]*)`/g

/** Checks the paths in backticks on a page. A path may end in `:12`, and may contain `*` and `{a,b}`. */
function pathViolations(pages: readonly Text[], exists = pathExists): string[] {
  return pages.flatMap(({ path: page, text }) =>
    [...text.matchAll(namedPath)]
      .map(match => match[1]!.replace(/[:#][\w-]+$/, ''))
      .filter(path => !isPattern(path) && !exists(path))
      .map(path => `${page} names \`${path}\`, which does not exist: correct the path, or remove the sentence.`),
  )
}

/** The paths of a tree in a fenced block: each name at the start of a line, indented below its folder. */
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

function drawingViolations(text: string, rooms: readonly string[], exists = pathExists): string[] {
  const drawing = drawnPaths(text)
  return [
    ...drawing
      .filter(path => !exists(path))
      .map(path => `ARCHITECTURE.md draws ${path}, which does not exist: correct the drawing.`),
    ...rooms
      .filter(room => !drawing.includes(`src/${room}/`))
      .map(room => `ARCHITECTURE.md does not draw src/${room}/: add it with its purpose.`),
  ]
}

test('every path that a page names exists', () => holds(pathViolations(pages())))

test('the drawing in ARCHITECTURE.md is correct, and has every room', () => {
  const rooms = [...new Set(paths('src/*/**').map(path => path.split('/')[1]!))]
  holds(drawingViolations(textOf('ARCHITECTURE.md'), rooms))
})

test('a path that does not exist is found', () => {
  const exists = (path: string) => ['src/api/routes.ts', 'docs/a.md'].includes(path)
  const text = '`src/api/routes.ts:12` `src/compute/<name>/` `npm test` `src/api/gone.ts` [`docs/a.md`](docs/a.md)'
  deepEqual(
    pathViolations([{ path: 'README.md', text }], exists).map(each => each.split(',', 1)[0]),
    ['README.md names `src/api/gone.ts`'],
  )
})

test('a drawing with a missing or an extra path is found', () => {
  const text =
    '```\nREADME.md  first\nsrc/\n  api/    HTTP\n    gone.ts\n    routes.ts  the table\n  model/\n```\nold/\n'
  const exists = (path: string) => ['README.md', 'src/', 'src/api/', 'src/api/routes.ts', 'src/model/'].includes(path)
  deepEqual(
    drawingViolations(text, ['api', 'model', 'db'], exists).map(each => each.split(/[,:]/, 1)[0]),
    ['ARCHITECTURE.md draws src/api/gone.ts', 'ARCHITECTURE.md does not draw src/db/'],
  )
})
