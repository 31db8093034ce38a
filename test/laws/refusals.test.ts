import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Refused, refusals } from '../../src/model/refused.ts'
import { flavorWith } from '../fixtures/flavor.ts'
import { policyEvent } from '../fixtures/policy-event.ts'
import { reasonOf } from '../fixtures/reason.ts'
import { callsOf } from './syntax.ts'
import { holds, paths, sources, type Text } from './tree.ts'

/** `refusal`, `flavorRefusal` … → code → function that makes it. */
type Catalogues = Readonly<Record<string, Readonly<Record<string, (facts: never) => Refused>>>>

async function allCatalogues(): Promise<Catalogues> {
  const modules: object[] = await Promise.all(paths('src/**/refusals.ts').map(path => import(`../../${path}`)))
  const exported = modules.flatMap(module => Object.entries(module))
  return Object.fromEntries(exported.filter(([, value]) => typeof value === 'object'))
}

/** A value for every fact: a list where a sentence needs a list, otherwise a text. */
const facts = new Proxy<Record<string, unknown>>(
  {
    reasons: [reasonOf({ code: 'not_associated' })],
    allowed: [],
    contradictions: [['sample', 'sample']],
    namesakes: [flavorWith()],
    misfits: [{ flavorId: 'sample', verdict: { allowed: false, reasons: [reasonOf({ code: 'not_associated' })] } }],
    alternatives: { one: 'sample', many: 'samples', all: [] },
    named: { datastore: 'sample', version: 'sample' },
    owner: { versionId: 'sample' },
    typed: 'sample',
    expected: 'sample',
    event: policyEvent('sample'),
    undo: policyEvent('other'),
    others: [policyEvent('other')],
    together: [policyEvent('other'), policyEvent('sample')],
    why: 'version_gone',
  },
  { get: (lists, name) => lists[String(name)] ?? ['sample'] },
)

function refusalViolations(catalogues: Catalogues, texts: readonly Text[]): string[] {
  const all = Object.entries(catalogues).flatMap(([name, codes]) => Object.keys(codes).map(code => ({ name, code })))
  const used = new Set(texts.filter(({ path }) => !path.endsWith('/refusals.ts')).flatMap(({ text }) => callsOf(text)))
  return all.flatMap(({ name, code }) => {
    const { status, message, hint } = catalogues[name]![code]!(facts as never)
    const first = all.find(each => each.code === code)
    return [
      ...(first?.name === name
        ? []
        : [`'${code}' is in ${first?.name} and in ${name}: codes must be unique; rename the newer one.`]),
      ...(/^[a-z]+(?:_[a-z]+)*$/.test(code)
        ? []
        : [`'${code}' is not snake_case: write it like the others, because programs read it.`]),
      ...(used.has(`${name}.${code}`) ? [] : [`Nothing in src/ calls ${name}.${code}(…): use it, or remove it.`]),
      ...(isSentence(message) && (hint === undefined || isSentence(hint))
        ? []
        : [`The sentences of '${code}' are "${message}" and "${hint}": fill in its facts.`]),
      ...(status >= 400 && status < 600 ? [] : [`'${code}' has the status ${status}: a refusal is 4xx or 501.`]),
    ]
  })
}

const isSentence = (words: string) => words.trim() !== '' && !/undefined|\[object|\bNaN\b/.test(words)

/** Refusals are worded in `refusals.ts` files and nowhere else. */
const strayViolations = (texts: readonly Text[]): string[] =>
  texts
    .filter(
      ({ path, text }) =>
        !/\/(?:refusals|refused)\.ts$/.test(path) &&
        callsOf(text).some(called => called === 'new Refused' || called === 'refusals'),
    )
    .map(
      ({ path }) => `${path} words a refusal itself: move the sentence to the refusals.ts of its room, under a code.`,
    )

test('each refusal has a unique code and a sentence, and is used', async () =>
  holds(refusalViolations(await allCatalogues(), sources())))

test('refusals are only worded in refusals.ts', () => holds(strayViolations(sources())))

test('each kind of wrong refusal is found', () => {
  const words = (word: string) => ({ status: 400, words: (f: { flavor: string }) => `${word}${f.flavor}` })
  const planted = {
    refusal: refusals({ too_large: words('a'), notSnake: words('b'), un_used: words('c') }),
    flavorRefusal: refusals({
      too_large: words('d'),
      has_no_words: { status: 400, words: () => ' ' },
      is_no_refusal: { status: 200, words: () => 'fine' },
    }),
  }
  const text = `throw refusal.too_large({})
    refusal.notSnake({}) // refusal.un_used({})
    flavorRefusal.too_large({}); flavorRefusal.has_no_words({}); flavorRefusal.is_no_refusal({})`
  deepEqual(
    refusalViolations(planted, [
      { path: 'src/operations/a.ts', text },
      { path: 'src/rules/refusals.ts', text: 'refusal.un_used()' },
    ]).map(violation => violation.split(':', 1)[0]),
    [
      "'notSnake' is not snake_case",
      'Nothing in src/ calls refusal.un_used(…)',
      "'too_large' is in refusal and in flavorRefusal",
      'The sentences of \'has_no_words\' are " " and "undefined"',
      "'is_no_refusal' has the status 200",
    ],
  )
  deepEqual(strayViolations([{ path: 'src/api/a.ts', text: "throw new Refused('x', 400, 'no')" }]).length, 1)
})
