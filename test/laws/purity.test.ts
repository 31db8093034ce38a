import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { holds, importsOf, onlyCode, sources, type Text } from './tree.ts'

const pureRooms = ['src/allowed/', 'src/rules/', 'src/model/']

/** What a decision must not do, and what to do instead. */
const impure: readonly (readonly [what: RegExp, instead: string])[] = [
  [/\b(?:async|await|Promise)\b/, 'let the operation load what is needed, and decide on the values'],
  [
    /\bDate\.now\b|\bnew Date\b(?!\()|\bnew Date\(\s*\)|(?<!new )\bDate\(/,
    'take the time as an argument; operations get it from ports.clock',
  ],
  [/\bperformance\b|\bTemporal\.Now\b/, 'take the time as an argument; operations get it from ports.clock'],
  [/\bMath\.random\b|\bcrypto\b/, 'take ids as arguments; operations get them from ports.clock'],
  [/\bprocess\b\s*[.[?]|\bglobalThis\b/, 'take the setting as an argument; src/config/ reads it'],
  [/\bconsole\b/, 'return what there is to say; whoever asked says it'],
  [
    /\b(?:fetch|setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/,
    'reach the world from an operation, through a port',
  ],
]

function purityViolations(texts: readonly Text[]): string[] {
  return texts
    .filter(({ path }) => pureRooms.some(room => path.startsWith(room)))
    .flatMap(({ path, text }) => [
      ...impure.flatMap(([what, instead]) => {
        const found = what.exec(onlyCode(text))
        return found ? [`${path} says "${found[0]}", but decisions are pure: ${instead}.`] : []
      }),
      ...importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(
          ({ specifier }) => `${path} imports ${specifier}, but decisions are pure: pass in the value that is needed.`,
        ),
    ])
}

test('decisions are pure', () => holds(purityViolations(sources())))

const plant = (text: string) => purityViolations([{ path: 'src/rules/planted.ts', text }]).length

test('each kind of impurity is found', () => {
  const planted = [
    'export async function f() {}',
    'const x = (): Promise<number> => y',
    'const now = Date.now()',
    'const now = new Date()',
    'const now = new Date',
    'const id = Math.random()',
    'const id = crypto.randomUUID()',
    'const home = process.env.HOME',
    'console.log(verdict)',
    "fetch('http://127.0.0.1')",
    'setTimeout(f, 10)',
    "import { readFileSync } from 'node:fs'",
  ]
  deepEqual(
    planted.map(plant),
    planted.map(() => 1),
  )
})

test('reading a given text, and speaking of such things, is fine', () => {
  const innocent = [
    'const date = (text: string): Date => new Date(`' + '$' + '{text}Z`)',
    '// Date.now() would be wrong here; await nothing.',
    "const words = 'an async process on the console: Promise'",
    'const shape = /console|Date.now()/',
  ]
  deepEqual(
    innocent.map(plant),
    innocent.map(() => 0),
  )
  deepEqual(purityViolations([{ path: 'src/api/a.ts', text: 'await x' }]), [])
})
