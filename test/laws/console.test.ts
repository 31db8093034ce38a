import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, parseJsx } from './syntax.ts'
import { consoleSources, holds, type Text, targetOf } from './tree.ts'

/** The folders of the console, and the other ones that each may import. `.` is the files that put everything together. */
const folders: Readonly<Record<string, { from: readonly string[]; because: string }>> = {
  api: { from: ['session', '.'], because: 'requests know the session, and no page' },
  session: { from: ['api', 'parts', '.'], because: 'logging in comes before every page' },
  parts: { from: ['api', '.'], because: 'parts show what they are given, on any page' },
  sizes: { from: ['api', 'parts'], because: 'sizes are shown in the same way wherever one is chosen' },
  quota: {
    from: ['api', 'session', 'sizes'],
    because: 'the quota is told in the same way wherever it limits something',
  },
  changes: { from: ['api', 'parts'], because: 'what a change would do is said in the same way on any page' },
  frame: { from: ['api', 'session', 'parts', '.'], because: 'the frame is around every page' },
  pages: {
    from: ['api', 'session', 'parts', 'sizes', 'quota', 'changes', '.'],
    because: 'a page does not know other pages; what two need is a part',
  },
  styles: { from: [], because: 'styles import nothing' },
}

const libraries = [
  'react',
  'react-dom',
  'react-aria-components',
  '@tanstack/react-query',
  '@tanstack/react-router',
  '@tanstack/react-virtual',
]

/** The only file outside the console that it may import: the client of the API. */
const client = 'src/client/client.ts'

/** Words that a page needs for nothing good, and the files that may use one. */
const words: readonly Readonly<{ word: RegExp; files: readonly string[]; because: string }>[] = [
  {
    word: /\bfetch\(/,
    files: ['console/src/session/identity.ts', 'console/src/api/connection.ts'],
    because: 'requests to the API go through its client',
  },
  { word: /\blocalStorage\b|\bindexedDB\b|document\.cookie/, files: [], because: 'nothing may outlive the tab' },
  { word: /\bsessionStorage\b/, files: ['console/src/session/session.ts'], because: 'only the session is kept' },
  {
    word: /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|\beval\(|new Function\b/,
    files: [],
    because: 'names are chosen by strangers',
  },
  { word: /https?:\/\/(?!www\.w3\.org)/, files: [], because: 'a page asks only its own origin' },
]

const folderOf = (path: string) => {
  const [, , folder, rest] = path.split('/')
  return rest === undefined ? '.' : folder!
}
const pageOf = (path: string) => /^console\/src\/(pages\/[^/]+)\//.exec(path)?.[1]

function importViolations({ path, text }: Text): string[] {
  const from = folderOf(path)
  return importsOf(text).flatMap(anImport => {
    const target = targetOf(path, anImport)
    if (target === undefined) {
      const name = anImport.specifier.split('/', anImport.specifier.startsWith('@') ? 2 : 1).join('/')
      return libraries.includes(name) ? [] : [`${path} imports ${name}: add it to test/laws/console.test.ts, and why.`]
    }
    if (!target.startsWith('console/src/'))
      return target === client ? [] : [`${path} imports ${target}: a console knows only the API; use ${client}.`]
    const [folder, row] = [folderOf(target), folders[from]]
    if (from === '.' || (folder === from && (from !== 'pages' || pageOf(path) === pageOf(target)))) return []
    if (folder !== from && row?.from.includes(folder)) return []
    return [`${path} imports ${target}: ${row?.because ?? `${from}/ has no row in test/laws/console.test.ts`}.`]
  })
}

const wordViolations = ({ path, text }: Text): string[] =>
  words
    .filter(({ word, files }) => word.test(text) && !files.includes(path))
    .map(({ word, because }) => `${path} contains ${word.exec(text)![0]}: ${because}.`)

function violations(files: readonly Text[]): string[] {
  parseJsx(files.map(({ text }) => text))
  return files.flatMap(file => [...importViolations(file), ...wordViolations(file)])
}

test('the console knows the API and nothing else, and its pages do not know each other', () =>
  holds(violations(consoleSources())))

test('each kind of violation is found', () => {
  const planted = [
    { path: 'console/src/pages/a/b.tsx', text: "import { x } from '../c/d.tsx'\nexport const B = () => <p>{x}</p>" },
    { path: 'console/src/parts/e.tsx', text: "import { B } from '../pages/a/b.tsx'" },
    { path: 'console/src/api/f.ts', text: "import { decide } from '../../../src/rules/allowed/flavor/decide.ts'" },
    { path: 'console/src/pages/a/g.ts', text: "import _ from 'lodash'" },
    { path: 'console/src/pages/a/h.ts', text: "localStorage.setItem('token', token)" },
    { path: 'console/src/pages/a/i.ts', text: "const answer = await fetch('/v1.0')" },
    {
      path: 'console/src/pages/a/j.tsx',
      text: "import { x } from './b.tsx'\nimport { Link } from '@tanstack/react-router'",
    },
  ]
  deepEqual(
    violations(planted).map(violation => violation.split(' ', 1)[0]),
    planted.slice(0, -1).map(({ path }) => path),
  )
})
